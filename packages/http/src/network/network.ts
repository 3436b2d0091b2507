import type { Agent } from 'node:http'
import type { Agent as SecureAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { Context, May, Setting } from '@xconnector/core'
import type { NetworkFaultCode } from './network-fault.js'

/** What a call tells the network. */
export type NetworkCall = Pick<Context, 'clock' | 'config' | 'log' | 'signal'>

/** Whereto a connection is wanted, as undici asks its `connect`. */
export interface Wanted {
  readonly hostname: string
  readonly protocol: string
  readonly port?: string | number
  readonly servername?: string | null
}

/** How the connections of one client come about: TLS, proxy and address filter, for both transports. */
export interface Network {
  /** What it reads from the configuration: checked when a runtime starts. */
  readonly settings: readonly Setting<unknown>[]
  /** Rises when new connections are made by other certificates than before: pools should drain those that they have. */
  readonly generation: number
  /** The configuration of the call that was prepared last. */
  readonly config: Readonly<Record<string, string>>
  /** Whether addresses are judged: then connections of another's making will not do. */
  readonly isGuarded: boolean
  /** For `node:http`. */
  readonly httpAgent: Agent
  /** For `node:https`. */
  readonly httpsAgent: SecureAgent
  /**
   * Asked before each call: reads what the first connection needs, and looks at files and functions again when that is
   * due. A code: nothing can be sent. Costs nothing where there is nothing to read.
   */
  prepare(call: NetworkCall): May<NetworkFaultCode | undefined>
  /** The `connect` option of undici's `Agent`, `Pool` and `Client`. */
  readonly connect: (to: Wanted, done: (fault: Error | null, socket: Socket | null) => void) => void
  /** Closes idle connections. */
  close(): void
}
