import type { Logger } from '@xconnector/core'
import { gateway, undiciBackends, type Gateway, type GatewayOptions } from '../../src/gateway/index.js'
import { httpServer, send, type Loopback, type Seen } from '../support/loopback.js'
import { manualClock, type ManualClock } from '../support/manual-clock.js'

/** A gateway behind a server on loopback, with a clock that moves by hand. */
export interface Fronted extends Loopback {
  readonly gateway: Gateway
  readonly clock: ManualClock
  /** All that was logged, as text. */
  readonly log: string[]
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>
  send(method: string, path: string, options?: Parameters<typeof send>[1]): Promise<Seen>
}

/** Puts a gateway behind a server. */
export const fronted = async <B extends string>(options: GatewayOptions<B>): Promise<Fronted> => {
  const clock = manualClock(Math.floor(Date.now() / 1000) * 1000)
  const log: string[] = []
  const write =
    (level: string) =>
    (data: object, message: string): void =>
      void log.push(`${level} ${message} ${JSON.stringify(data)}`)
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const made = gateway({ ports: { clock, log: logger }, ...options })
  const server = await httpServer(made.node)
  return {
    ...server,
    gateway: made,
    clock,
    log,
    get: (path, headers) => send(server.url + path, { method: 'GET', ...(headers && { headers }) }),
    send: (method, path, more) => send(server.url + path, { method, ...more }),
    async [Symbol.asyncDispose]() {
      made.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Both ways to talk to backends: they must give the same. */
export const transports = [
  ['node', {}],
  ['undici', { transport: undiciBackends() }],
] as const

/** Waits until something holds that real sockets bring about. */
export const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 20_000 && !holds(); turn++) await new Promise((resolve) => setImmediate(resolve))
  if (!holds()) throw new Error('it did not come about')
}
