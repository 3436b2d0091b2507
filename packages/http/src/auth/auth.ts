import type { Context, May, Setting } from '@xconnector/core'

/** What a call authenticates with. */
export interface Credentials {
  /** Headers to send; they win over a client's and a target's own. */
  readonly headers: Readonly<Record<string, string>>
  /** The secret texts in them: never shown in failures, logs and previews. */
  readonly secrets: readonly string[]
}

/** The call that an `Auth` is asked for; its signal ends with the call. */
export type AuthCall = Pick<Context, 'clock' | 'log' | 'signal'>

/** A request that is about to be put on the wire, for signing. */
export interface Unsigned {
  readonly method: string
  readonly url: URL
  /** By lower-case name, credentials included. */
  readonly headers: Readonly<Record<string, string>>
  /** What is sent: the bytes, nothing, or a stream, which cannot be looked at. */
  readonly body: Uint8Array | 'stream' | undefined
}

/** How a client authenticates. A port: packages bring their own. */
export interface Auth {
  /** Lower-case names of the headers it sets; they never go to another host. */
  readonly headers: readonly string[]
  /** What it reads from the configuration: checked when a runtime starts. */
  readonly settings?: readonly Setting<unknown>[]
  /** Asked before each call. A rejection means that nothing is sent: `ConnectFailed`, transient. */
  credentials(config: Readonly<Record<string, string>>, call: AuthCall): May<Credentials>
  /**
   * The remote answered 401 to these credentials. `true`: there may be others now, so that the call is sent once more with
   * what `credentials` gives then. Left out: a 401 stands.
   */
  renew?(refused: Credentials, config: Readonly<Record<string, string>>, call: AuthCall): May<boolean>
  /** Signs a request each time it is put on the wire, its quick retry included. Its headers are added, and win. */
  sign?(request: Unsigned, config: Readonly<Record<string, string>>, call: AuthCall): May<Credentials>
}
