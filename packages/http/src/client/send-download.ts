import { isFailure, left, right, type Context, type Seen } from '@xconnector/core'
import { answerDigest } from '../body/answer-digest.js'
import type { Expect } from '../body/expect.js'
import { contentRange } from '../body/content-range.js'
import { allProofs, sha256Proof, type Proof } from '../body/proof.js'
import type { Resume } from '../body/resume.js'
import { BadResponse } from '../failure/bad-response.js'
import { ConnectionLost } from '../failure/connection-lost.js'
import { TimedOut } from '../failure/timed-out.js'
import { classify, factsOf, flawed, type Called } from '../outcome/classify.js'
import { headerOf, isNoEncoding } from '../outcome/exchange.js'
import { headersOf } from './answered.js'
import { BrokenDownload, codeOf, sizeOf, type OpenPart } from './broken-download.js'
import type { ClientSettings } from './client-settings.js'
import { failedWith, seenOf } from './conclude.js'
import { TIME_IS_UP } from './deadline.js'
import type { Download } from './download.js'
import { Patience } from './patience.js'
import { Relay } from './relay.js'
import type { Made } from './request-maker.js'
import { endedFromOutside, type Ended, type Sender } from './sender.js'
import type { Streaming } from './wire.js'

/** Asks for a body and gives it as a stream. The slot is held until the stream is over. */
export const downloadSender =
  (client: ClientSettings, resume: Resume): Sender<Download> =>
  async (made, headers, ctx, called, sending) => {
    const { clock } = ctx
    const { destination, transport, timeoutMs } = client
    const at = ctx.deadline ?? Infinity
    const life = new Life(ctx, timeoutMs)
    const open = (own: Readonly<Record<string, string>>, quick: boolean): ReturnType<OpenPart> =>
      transport.open({
        method: 'GET',
        baseUrl: made.baseUrl,
        url: made.url,
        headers: { 'accept-encoding': 'identity', ...own },
        body: undefined,
        effect: 'none',
        clock,
        deadline: Math.min(clock.now() + timeoutMs, at),
        signal: life.begin(),
        parkedUntil: () => destination.gate(clock).parkedUntil(),
        mayRepeat: () => quick && destination.gate(clock).mayRepeat(),
        ...(sending.fresh && { fresh: sending.fresh }),
      })
    const exchange = await open(headers, sending.quick).catch((thrown: unknown) => {
      life.end()
      throw thrown
    })
    const now = clock.now()
    const done: Called = { ...called, now }
    if (exchange.as !== 'streaming') {
      const { signal } = life.patience
      life.end()
      if (endedFromOutside(exchange, signal, now, at)) throw signal.reason
      return failedWith(client, done, exchange, classify(done, exchange)!)
    }
    const wrong = unfit(exchange, made)
    if (wrong !== undefined) {
      life.end()
      exchange.stream.on('error', () => {}).destroy()
      const { failure, seen } = flawed(done, exchange, ...wrong)
      return { result: left(failure), seen }
    }
    // What was asked for the whole does not hold for its rest.
    const { 'if-none-match': _, 'if-modified-since': __, ...again } = headers
    const rest: OpenPart = (own) => open({ ...again, ...own }, false)
    const broken = new BrokenDownload(client, resume, ctx, called, exchange, rest)
    return streamed(exchange, life, broken, called, ctx, made.expect)
  }

/** How long a download lives: as long as its caller wants it. A patience for each time that something is asked for. */
class Life {
  #patience: Patience | undefined
  readonly #ctx: Context
  readonly #ms: number
  readonly #over = new AbortController()
  readonly #abort = (): void => this.#over.abort(this.#ctx.signal.reason)

  constructor(ctx: Context, ms: number) {
    this.#ctx = ctx
    this.#ms = ms
    if (ctx.signal.aborted) this.#abort()
    else ctx.signal.addEventListener('abort', this.#abort, { once: true })
  }

  /** Aborts when it is over, or its caller gives up. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Begins a patience; gives its signal. */
  begin(): AbortSignal {
    this.#patience?.end()
    this.#patience = new Patience(this.#ctx.clock, this.#ms, this.#over.signal)
    return this.#patience.signal
  }

  /** The last one that was begun. */
  get patience(): Patience {
    return this.#patience!
  }

  end(): void {
    this.#ctx.signal.removeEventListener('abort', this.#abort)
    this.patience.end()
    this.#over.abort(OVER)
  }
}

const OVER = new Error('the download is over')

// What is wrong with an answer before any of its body has come.
const unfit = (
  { status, headers }: Streaming,
  { expect, start }: Made,
): readonly ['encoding' | 'length', string] | undefined => {
  const encoding = headerOf(headers, 'content-encoding')
  if (encoding !== undefined && !isNoEncoding(encoding))
    return ['encoding', 'was answered in an encoding that was not asked for']
  if (start !== undefined) {
    const range = contentRange(headerOf(headers, 'content-range'))
    const first = status === 206 ? range?.first : 0
    if (first !== start || (start === 0) === (status === 206))
      return ['length', `was answered from byte ${first ?? 'unknown'} on (${status}), not from ${start}`]
  }
  const size = sizeOf(headers)
  return size !== undefined && expect?.size !== undefined && size !== expect.size
    ? ['length', `was answered with ${size} bytes, not ${expect.size}`]
    : undefined
}

const proofOf = ({ status, headers }: Streaming, expect: Expect | undefined): Proof | undefined => {
  const byAnswer = answerDigest(status, headers)
  const own = expect?.sha256 === undefined ? [] : [sha256Proof(expect.sha256, 'expect.sha256')]
  return allProofs(byAnswer === undefined ? own : [...own, byAnswer])
}

const streamed = (
  answer: Streaming,
  life: Life,
  interrupted: BrokenDownload,
  called: Called,
  { clock }: Context,
  expect: Expect | undefined,
): Ended<Download> => {
  const { status, headers, stream } = answer
  const good = seenOf({ headers }, clock.now())
  let settle!: (seen: Seen) => void
  const seen = new Promise<Seen>((resolve) => (settle = resolve))
  const facts = (code?: string): ReturnType<typeof factsOf> =>
    factsOf({ ...called, now: clock.now() }, { status, headers }, code)
  const broken = (cause: unknown): Error => {
    const { signal } = life.patience
    life.patience.end()
    if (!signal.aborted)
      return new ConnectionLost({
        kind: 'transient',
        facts: facts(codeOf(cause)),
        what: 'had an answer that broke off',
      })
    if (signal.reason === TIME_IS_UP)
      return new TimedOut({ kind: 'transient', facts: facts(), what: 'had an answer that stood still' })
    return signal.reason instanceof Error
      ? signal.reason
      : new Error('the download was ended', { cause: signal.reason })
  }
  const size = sizeOf(headers)
  const body = new Relay(
    stream,
    {
      wanted: () => life.patience.moved(),
      came: (full) => (full ? life.patience.hold() : life.patience.moved()),
      broken,
      again: (fault, passed) =>
        interrupted.goOn(fault, passed, life.signal)?.then((next) => {
          // An adapter of the user's own may not listen to the signal any more.
          if (!(next instanceof Error)) endWith(next, life.patience.signal)
          return next
        }),
      wrong: (what, passed) =>
        new BadResponse(
          {
            kind: 'permanent',
            facts: facts(),
            what:
              what === 'length'
                ? `was answered with ${passed} bytes or more, not ${size ?? expect?.size}`
                : 'was answered with other bytes than their digest says',
          },
          what === 'length' ? 'length' : 'digest',
        ),
      over(fault) {
        life.end()
        if (fault === undefined || (isFailure(fault) && fault._tag === 'BadResponse')) settle(good)
        else settle({ as: isFailure(fault) ? 'ambiguous' : 'unsent' })
      },
    },
    { length: size ?? expect?.size, proof: proofOf(answer, expect), cutShort: size !== undefined },
  )
  // Nothing is asked of the remote until somebody reads.
  life.patience.hold()
  endWith(stream, life.patience.signal)
  const type = headerOf(headers, 'content-type')
  return {
    result: right({
      status,
      headers: headersOf(headers),
      body,
      ...(size !== undefined && { size }),
      ...(type !== undefined && { type }),
    }),
    seen,
  }
}

const endWith = (stream: Streaming['stream'], signal: AbortSignal): void =>
  signal.addEventListener('abort', () => stream.destroy(), { once: true })
