import type { May, Setting } from '@xconnector/core'

/** The head of a webhook request as a verifier sees it: nothing has been parsed yet. */
export interface SignedHead {
  readonly method: string
  /** Path without the query, as it came. */
  readonly path: string
  /** What stands behind the `?`, as it came; empty where there is none. */
  readonly query: string
  /**
   * The one value of a header, or `undefined`. The name is given in lower case.
   *
   * @throws RepeatedHeader when it came more than once; the ingress answers 400.
   */
  header(name: string): string | undefined
  /** Every value of a header, in order. The name is given in lower case. */
  headers(name: string): readonly string[]
  /** When the request came: epoch milliseconds. */
  readonly now: number
}

/** A webhook request as a verifier sees it. */
export interface SignedRequest extends SignedHead {
  /** The body, byte for byte. */
  readonly raw: Uint8Array
}

/** Looks at a body as it goes by. */
export interface BodyCheck {
  update(chunk: Uint8Array): void
  /** Called once, after the last byte. */
  end(): May<Verified>
}

/** Why a request was not believed. It is logged, and never told to the sender. */
export type Doubt = 'missing' | 'malformed' | 'stale' | 'mismatch' | 'forbidden'

/** What a verifier found. */
export type Verified =
  | {
      readonly ok: true
      /** The id that the sender repeats when it sends again: the default dedupe key. */
      readonly id?: string
      /** The top-level field of the body that holds that id, where it is known by its name only. */
      readonly idField?: string
      /** When it was sent: epoch milliseconds. */
      readonly time?: number
      /** The sender only tries whether it is heard: answered with 204, and nothing is stored. */
      readonly ping?: true
    }
  | {
      readonly ok: false
      /** `forbidden` is answered with 403, all others with 401. */
      readonly reason: Doubt
    }

/**
 * Decides whether a webhook request comes from who it says. A port: packages bring their own for their APIs. An ingress
 * has no default: unsigned requests are accepted only by `unsigned({ because })`.
 */
export interface Verifier {
  /** Shown in logs and as the challenge of a 401: letters, digits and `-`. */
  readonly name: string
  /** A failure of kind `transient` that is thrown is answered with 503: it cannot be told now. Any other throw: 500. */
  verify(request: SignedRequest): May<Verified>
  /**
   * Begins to verify a request whose body is not held in memory, such as a file: gives what the head alone tells, before the
   * first byte of the body is read, or what looks at the body as it goes by. Throws as `verify` does. Left out: the verifier
   * needs the body as a whole, and such requests are not taken.
   */
  begin?(head: SignedHead): May<Verified | BodyCheck>
  /** What it reads from the configuration: checked when a runtime starts. */
  readonly settings?: readonly Setting<unknown>[]
  /**
   * The verifier at work under the configuration of a starting runtime: settings are read here, once. Left out: the
   * verifier itself.
   *
   * @throws TypeError when a setting gives a value that would switch verification off or weaken it.
   */
  start?(config: Readonly<Record<string, string>>): Verifier
}
