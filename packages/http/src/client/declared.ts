import type { Effect } from '@xconnector/core'
import type { BaseUrl } from './base-url.js'
import type { PathNames } from './path.js'
import type { Whole } from './answered.js'

/** The name under which a declared call says what it was declared with, for stand-ins of its remote. */
export const declared: unique symbol = Symbol.for('@xconnector/http declared') as never

/** What a declaration says on the wire, for the compiler: its path, and what its answers are read by. */
export interface Declares<P, R> {
  readonly path: P
  readonly response: R
}

/** What a client says of itself. */
export interface DeclaredClient {
  readonly name: string
  readonly baseUrl: BaseUrl
  /** The header of idempotency keys, in lower case. */
  readonly keyHeader: string
  /** Lower-case names of headers whose values are credentials. */
  readonly hiddenHeaders: readonly string[]
  /** Names of query parameters whose values are credentials. */
  readonly hiddenQuery: readonly string[]
}

/** What a call was declared with. `D`: for the compiler alone. */
export interface Declared<D> {
  readonly client: DeclaredClient
  readonly name: string
  readonly method: string
  /** As declared, with `:names`; `(computed)` where a function makes it. */
  readonly path: string
  readonly effect: Effect
  /** Whether its answer is read as a stream of bytes. */
  readonly streamed: boolean
  readonly wire?: D
}

/** The names in a declared path. */
export type NamesOf<D> =
  D extends Declares<infer P extends string, unknown> ? (string extends P ? string : PathNames<P>) : string

/** What the body of a good answer is on the wire: what a codec encodes to, what a schema takes, or bytes. */
export type OnWire<D> = D extends Declares<unknown, infer R> ? ReadBy<R> : unknown

type ReadBy<R> = R extends 'bytes'
  ? Uint8Array | string
  : R extends Whole<infer W>
    ? ReadBy<W>
    : R extends { readonly '~standard': { readonly types?: { readonly input: infer I } | undefined } }
      ? I
      : R extends { readonly _O: infer O }
        ? O
        : unknown
