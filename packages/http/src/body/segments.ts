import { Readable } from 'node:stream'
import { isFailure, type Context, type Failure } from '@xconnector/core'
import type { FilePart, OpenedPart } from './multipart.js'
import type { Segment } from './multipart-segments.js'
import { sha256Proof, type Proof } from './proof.js'

interface Opened {
  readonly stream: Readable
  readonly length: number | undefined
  readonly proof: Proof | undefined
}

/**
 * A stream of segments, one after the other, with back-pressure. At any time one file is open at most; it is destroyed with
 * the stream, and its failure is that of the stream.
 */
export class Segments extends Readable {
  readonly #rest: Segment[]
  readonly #ctx: Context
  #first: Opened | undefined
  #source: Readable | undefined
  #over = false

  constructor(segments: readonly Segment[], ctx: Context) {
    super({ highWaterMark: 16 * 1024 })
    this.#rest = [...segments]
    this.#ctx = ctx
  }

  /** Opens the first file before it is its turn. A failure, where opening it gives one; then the stream is of no use. */
  async openFirst(): Promise<Failure<string> | undefined> {
    const first = this.#rest.find((segment): segment is FilePart => !Buffer.isBuffer(segment))
    if (first === undefined) return undefined
    const opened = await this.#open(first)
    if (isFailure(opened)) return opened
    this.#first = opened
    opened.stream.on('error', (cause: Error) => this.destroy(cause))
    // A request that ends before this file's turn ends the file too.
    this.#source = opened.stream
    opened.stream.pause()
    return undefined
  }

  override _read(): void {
    if (this.#source !== undefined && this.#first === undefined) {
      this.#source.resume()
      return
    }
    this.#next()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#over = true
    this.#source?.destroy()
    done(error)
  }

  #next(): void {
    const segment = this.#rest.shift()
    if (segment === undefined) this.push(null)
    else if (Buffer.isBuffer(segment)) {
      if (segment.length === 0) this.#next()
      else this.push(segment)
    } else void this.#stream(segment)
  }

  async #stream(part: FilePart): Promise<void> {
    try {
      const first = this.#first
      const opened = first ?? (await this.#open(part))
      this.#first = undefined
      if (isFailure(opened)) {
        this.destroy(opened)
        return
      }
      if (this.#over) opened.stream.on('error', () => {}).destroy()
      else this.#pump(part, opened, first === undefined)
    } catch (thrown) {
      this.destroy(
        thrown instanceof Error ? thrown : new Error('a part could not be opened', { cause: thrown }),
      )
    }
  }

  async #open(part: FilePart): Promise<Opened | Failure<string>> {
    const given = await part.open(this.#ctx)
    if (isFailure(given)) return given
    const made = isReadable(given) ? { stream: given } : given
    const { stream } = made
    if (typeof stream?.pipe !== 'function' || typeof stream.destroy !== 'function')
      throw new TypeError(`multipart "${part.name}": expected a Readable, got ${typeof given}`)
    const sha256 = part.sha256 ?? made.sha256
    try {
      return {
        stream,
        length: part.length ?? made.length,
        proof: sha256 === undefined ? undefined : sha256Proof(sha256, `multipart "${part.name}" sha256`),
      }
    } catch (thrown) {
      stream.on('error', () => {}).destroy()
      throw thrown
    }
  }

  #pump({ name }: FilePart, { stream, length, proof }: Opened, listens: boolean): void {
    let passed = 0
    let ended = false
    this.#source = stream
    const fail = (what: string): void => void this.destroy(new TypeError(`multipart "${name}": ${what}`))
    if (listens) stream.on('error', (cause: Error) => this.destroy(cause))
    stream.on('data', (chunk: unknown) => {
      if (this.#over) return
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      if (!(piece instanceof Uint8Array)) {
        fail(`expected a stream of bytes, got ${typeof chunk}`)
        return
      }
      passed += piece.length
      if (length !== undefined && passed > length) {
        fail(`the stream has more than the ${length} bytes that were announced`)
        return
      }
      proof?.update(piece)
      if (!this.push(piece)) stream.pause()
    })
    stream.on('end', () => {
      if (this.#over) return
      ended = true
      this.#source = undefined
      if (length !== undefined && passed < length) fail(`the stream ended after ${passed} of ${length} bytes`)
      else if (proof?.holds() === false) fail('the stream has another SHA-256 than the one that was given')
      else this.#next()
    })
    stream.on('close', () => {
      if (!ended)
        this.destroy(stream.errored ?? new Error(`multipart "${name}": the stream closed before its end`))
    })
    if (stream.destroyed && !ended)
      this.destroy(stream.errored ?? new Error(`multipart "${name}": it was closed already`))
    else stream.resume()
  }
}

const isReadable = (given: Exclude<OpenedPart, Failure<string>>): given is Readable =>
  typeof (given as { readonly pipe?: unknown } | undefined)?.pipe === 'function'
