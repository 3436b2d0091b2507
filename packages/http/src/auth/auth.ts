import type { Context, May, Setting } from '@xconnector/core'

/** What a call authenticates with. */
export interface Credentials {
  /** Headers to send; they win over a client's and a target's own. */
  readonly headers: Readonly<Record<string, string>>
  /** Query parameters to send beside those of the call. */
  readonly query?: Readonly<Record<string, string>>
  /** The secret texts in them: never shown in failures, logs and previews. */
  readonly secrets: readonly string[]
}

/** One request of an `Auth`'s own, such as one for a token. */
export interface AuthRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** A fetch of the user's own has to obey it: no token follows a redirect. */
  readonly redirect: 'manual'
  /** Ends it. Left out: the platform's own limits. */
  readonly signal?: AbortSignal
  /** It does no harm to send it twice, so that a blip may be mended by one quick retry. Default: a `GET` only. */
  readonly repeatable?: boolean
}

/**
 * Sends a request of an `Auth`'s own over the client's connections, so that its proxy, its TLS settings and an interceptor
 * of tests hold for it too. Redirects are not followed. Rejects with `NoAnswer` when there was no whole answer.
 */
export type AuthFetch = (url: string, request: AuthRequest) => Promise<Response>

/** The call that an `Auth` is asked for; its signal ends with the call. */
export interface AuthCall extends Pick<Context, 'clock' | 'log' | 'signal'> {
  readonly fetch: AuthFetch
}

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
  /** Names of the query parameters that it sets: masked in previews. */
  readonly query?: readonly string[]
  /** What it reads from the configuration: checked when a runtime starts. */
  readonly settings?: readonly Setting<unknown>[]
  /**
   * Asked before each call. A rejection means that nothing is sent: `ConnectFailed`, transient; with a `TokenFailed` of kind
   * permanent: `Unauthorized`. A `TokenFailed` is their cause, any other reason stays behind.
   */
  credentials(config: Readonly<Record<string, string>>, call: AuthCall): May<Credentials>
  /**
   * The remote answered 401 to these credentials. `true`: there may be others now, so that the call is sent once more with
   * what `credentials` gives then. Left out: a 401 stands.
   */
  renew?(refused: Credentials, config: Readonly<Record<string, string>>, call: AuthCall): May<boolean>
  /**
   * Signs a request each time it is put on the wire, its quick retry included. Its headers are added, and win. A rejection
   * means the same as one of `credentials`; with a `StepFailed` the call fails with that.
   */
  sign?(request: Unsigned, config: Readonly<Record<string, string>>, call: AuthCall): May<Credentials>
}
