import type { Readable } from 'node:stream'
import type { Context, Failure, May, Random, Setting, Tagged } from '@xconnector/core'

declare const fails: unique symbol

/** Marks a stream, for the compiler alone, with the failures that its `error` event may carry. */
export interface Fails<E extends Tagged> {
  readonly [fails]?: E
}

/** A body of bytes that is streamed, opened anew for each attempt. */
export interface ByteStream<E extends Tagged = never> {
  /** Destroyed when the call has ended, however it did. An error that is a failure is what the call fails with. */
  readonly stream: Readable & Fails<E>
  /** Bytes: sent as `Content-Length`, and a stream of another length fails. Left out: sent in chunks, of any length. */
  readonly length?: number
  /**
   * SHA-256 of the bytes, in hex. It is looked at while they are sent: where it is another, the call fails before the end
   * of the body is sent, so that the receiver never has the whole of a wrong one.
   */
  readonly sha256?: string
  /** Sends `sha256` along as this header (RFC 9530), for the receiver to look at as well. */
  readonly digest?: 'Content-Digest' | 'Repr-Digest'
  /** The content type. Default `application/octet-stream`; a header of the target wins. */
  readonly type?: string
  /** Credentials among the bytes: masked where an answer echoes them. */
  readonly secrets?: readonly string[]
}

/** What may be given for a stream: one, or a failure instead. */
export type Opened = ByteStream<Tagged> | ByteStream | Failure<string>

/** The failures that opening and reading a stream brings. */
export type FailuresOf<R> =
  R extends Failure<string> ? R : R extends { readonly stream: infer S } ? FailsOf<S> : never

// A stream that is not marked would let the compiler infer any failure.
type FailsOf<S> = typeof fails extends keyof S ? (S extends Fails<infer E> ? E : never) : never

/** A body that is a stream of bytes. Made by `bytes`. */
export interface BytesBody<A, E extends Tagged = never> {
  readonly open: (input: A, ctx: Context, random: Random) => May<Opened>
  /** What opening it reads from the configuration: checked when a runtime starts. */
  readonly settings?: readonly Setting<unknown>[]
  readonly [fails]?: E
}

/**
 * A body of bytes that is streamed, with back-pressure from end to end, in place of JSON.
 *
 * `open` is called for each attempt, after the destination has let it in. It may give a failure instead, or reject with
 * one; anything else that it throws is `StepFailed`. A stream that breaks with a failure (that of a `download`, say) makes
 * the call fail with it. Such a call is never sent again by the quick retry, is not held to `maxRequestBytes`, and its
 * timeout is the longest time that the receiver may let pass without taking a byte.
 * `settings`: those of the client whose download it opens, so that they are checked when the runtime starts.
 *
 * @example
 * const put = client.target({
 *   name: 'put-file', method: 'PUT', path: (f: File) => `/files/${f.id}`, effect: 'idempotent',
 *   body: bytes((f: File) => ({ stream: createReadStream(f.path), length: f.size, type: f.type })),
 * })
 */
export const bytes = <A, R extends Opened>(
  open: (input: A, ctx: Context) => May<R>,
  { settings = [] }: { readonly settings?: readonly Setting<unknown>[] } = {},
): BytesBody<A, FailuresOf<R>> => ({ open, settings })
