import { Readable } from 'node:stream'
import type { Context } from '@xconnector/core'
import { contentRange } from '../body/content-range.js'
import type { Resume } from '../body/resume.js'
import { isSame, strongValidator, type Validator } from '../body/validator.js'
import { ConnectionLost } from '../failure/connection-lost.js'
import { factsOf, type Called } from '../outcome/classify.js'
import { headerOf, isNoEncoding, type AnswerHeaders, type Exchange } from '../outcome/exchange.js'
import { retryAfter } from '../outcome/retry-after.js'
import type { ClientSettings } from './client-settings.js'
import type { Streaming } from './wire.js'

/** Asks for a part of the body; its standstill counts from now. */
export type OpenPart = (headers: Readonly<Record<string, string>>) => Promise<Exchange | Streaming>

const SHORTEST_MS = 50
const FIRST_MS = 200
const LONGEST_MS = 10_000

/**
 * Goes on with a download that broke off, where the answer had a strong validator: by `Range` and `If-Range` (RFC 9110, 14.2
 * and 13.1.5). Each time is taken from the destination's retry budget and waits with full jitter, doubling from 200 ms to
 * 10 s, or as long as the remote asks for.
 */
export class BrokenDownload {
  readonly #client: ClientSettings
  readonly #ctx: Context
  readonly #called: Called
  readonly #open: OpenPart
  readonly #most: number
  readonly #first: Streaming
  readonly #validator: Validator | undefined
  /** Where the bytes asked for begin and end in the whole file. */
  readonly #start: number
  readonly #end: number | undefined
  #times = 0

  constructor(
    client: ClientSettings,
    { most }: Resume,
    ctx: Context,
    called: Called,
    first: Streaming,
    open: OpenPart,
  ) {
    this.#client = client
    this.#ctx = ctx
    this.#called = called
    this.#open = open
    this.#most = most
    this.#first = first
    const { status, headers } = first
    const range = status === 206 ? contentRange(headerOf(headers, 'content-range')) : undefined
    const can = status === 200 || range?.first !== undefined
    this.#validator =
      can && headerOf(headers, 'accept-ranges')?.toLowerCase() !== 'none'
        ? strongValidator(headers)
        : undefined
    this.#start = range?.first ?? 0
    this.#end = range?.last
  }

  /** The bytes after those that have passed, or what the download breaks with. `undefined`: it does not go on. */
  goOn(fault: Error, passed: number, signal: AbortSignal): Promise<Readable | Error> | undefined {
    const validator = this.#validator
    return validator === undefined || this.#times >= this.#most || !mayPass(fault)
      ? undefined
      : this.#again(fault, passed, validator, signal)
  }

  async #again(
    fault: Error,
    passed: number,
    validator: Validator,
    signal: AbortSignal,
  ): Promise<Readable | Error> {
    const { clock } = this.#ctx
    const gate = this.#client.destination.gate(clock)
    let hint = 0
    while (this.#times < this.#most) {
      const now = clock.now()
      const at = Math.max(now + this.#delay(), hint, gate.parkedUntil())
      const { deadline = 0 } = this.#ctx
      const longest = Math.min(
        // That of a plain call is over when its stream is read; that of a step ends its signal.
        deadline > now ? deadline : Infinity,
        now + Math.max(this.#client.timeoutMs, LONGEST_MS),
      )
      if (at >= longest || !gate.mayRepeat()) return fault
      this.#times++
      try {
        await clock.sleep(at - now, signal)
        const last = this.#end === undefined ? '' : String(this.#end)
        const exchange = await this.#open({
          range: `bytes=${this.#start + passed}-${last}`,
          'if-range': validator.value,
        })
        if (signal.aborted) {
          if (exchange.as === 'streaming') exchange.stream.on('error', () => {}).destroy()
          return reasonOf(signal)
        }
        const found = this.#judge(exchange, passed, validator)
        if (typeof found !== 'number') return found
        hint = found
      } catch (thrown) {
        return signal.aborted ? reasonOf(signal) : this.#failed('it could not be asked for again', thrown)
      }
    }
    return fault
  }

  /** The rest, or that there is none to be had; or when to ask again, epoch milliseconds. */
  #judge(exchange: Exchange | Streaming, passed: number, validator: Validator): Readable | Error | number {
    if (exchange.as === 'streaming') {
      const why = this.#mistaken(exchange, passed, validator)
      if (why === undefined) return exchange.stream
      exchange.stream.on('error', () => {}).destroy()
      return this.#failed(why, undefined, exchange)
    }
    if (exchange.as !== 'answered') return 0
    const { status, headers } = exchange
    if (status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505))
      return retryAfter(headers, this.#ctx.clock.now()) ?? 0
    // All had come already: only the end was missing.
    if (status === 416 && contentRange(headerOf(headers, 'content-range'))?.total === this.#start + passed)
      return Readable.from([], { objectMode: false })
    return this.#failed(`it was answered with ${status}`, undefined, exchange)
  }

  #mistaken({ status, headers }: Streaming, passed: number, validator: Validator): string | undefined {
    if (!isSame(validator, headers)) return 'the file has changed since'
    if (!isNoEncoding(headerOf(headers, 'content-encoding') ?? ''))
      return 'the rest was answered in an encoding that was not asked for'
    if (status === 200 && this.#first.status === 200 && passed === 0)
      // The whole once more, of which nothing has been handed out.
      return sizeOf(headers) === sizeOf(this.#first.headers) ? undefined : 'the file has changed since'
    if (status !== 206)
      return 'the whole was answered, and not the rest: it has changed, or cannot be had in parts'
    const range = contentRange(headerOf(headers, 'content-range'))
    if (range?.first !== this.#start + passed) return 'another part was answered than the rest'
    // Where no length was announced, only the range tells that the rest is the whole rest (RFC 9110, 15.3.7).
    if (sizeOf(this.#first.headers) === undefined && range.last !== (this.#end ?? (range.total ?? NaN) - 1))
      return 'less than the rest was answered'
    const total = contentRange(headerOf(this.#first.headers, 'content-range'))?.total ?? this.#whole()
    return range.total !== undefined && total !== undefined && range.total !== total
      ? 'the file has another length than before'
      : undefined
  }

  #whole(): number | undefined {
    return this.#first.status === 200 ? sizeOf(this.#first.headers) : undefined
  }

  #delay(): number {
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#times)
    return Math.max(SHORTEST_MS, most * this.#client.random.next())
  }

  #failed(
    why: string,
    cause?: unknown,
    answer?: { readonly status: number; readonly headers: AnswerHeaders },
  ): Error {
    const facts = factsOf(
      { ...this.#called, now: this.#ctx.clock.now() },
      answer ?? this.#first,
      codeOf(cause),
    )
    return new ConnectionLost({
      kind: 'transient',
      facts,
      what: `had an answer that broke off, and could not go on: ${why}`,
    })
  }
}

const mayPass = (fault: Error): boolean => {
  const { _tag } = fault as { readonly _tag?: unknown }
  return _tag === 'ConnectionLost' || _tag === 'TimedOut'
}

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error
    ? signal.reason
    : new Error('the download was ended', { cause: signal.reason })

/** The length that an answer announces. */
export const sizeOf = (headers: AnswerHeaders): number | undefined => {
  const size = headerOf(headers, 'content-length')
  return size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : undefined
}

/** The platform's code in what a stream broke with. */
export const codeOf = (cause: unknown): string | undefined => {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,48}$/.test(code) ? code : undefined
}
