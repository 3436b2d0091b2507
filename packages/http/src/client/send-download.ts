import { isFailure, left, right, type Seen } from '@xconnector/core'
import { ConnectionLost } from '../failure/connection-lost.js'
import { TimedOut } from '../failure/timed-out.js'
import { classify, factsOf, flawed, type Called } from '../outcome/classify.js'
import { headerOf } from '../outcome/exchange.js'
import { headersOf } from './answered.js'
import type { ClientSettings } from './client-settings.js'
import { failedWith, seenOf } from './conclude.js'
import { TIME_IS_UP } from './deadline.js'
import type { Download } from './download.js'
import { Patience } from './patience.js'
import { Relay } from './relay.js'
import { endedFromOutside, type Ended, type Sender } from './sender.js'
import type { Streaming } from './wire.js'

/** Asks for a body and gives it as a stream. The slot is held until the stream is over. */
export const downloadSender =
  (client: ClientSettings): Sender<Download> =>
  async (made, headers, ctx, called) => {
    const { clock } = ctx
    const { destination, transport, timeoutMs } = client
    const patience = new Patience(clock, timeoutMs, ctx.signal)
    const at = ctx.deadline ?? Infinity
    const exchange = await transport
      .open({
        method: 'GET',
        baseUrl: made.baseUrl,
        url: made.url,
        headers: { 'accept-encoding': 'identity', ...headers },
        body: undefined,
        effect: 'none',
        clock,
        deadline: Math.min(called.startedAt + timeoutMs, at),
        signal: patience.signal,
        parkedUntil: () => destination.gate(clock).parkedUntil(),
        mayRepeat: () => destination.gate(clock).mayRepeat(),
      })
      .catch((thrown: unknown) => {
        patience.end()
        throw thrown
      })
    const now = clock.now()
    const done: Called = { ...called, now }
    if (exchange.as !== 'streaming') {
      patience.end()
      if (endedFromOutside(exchange, patience.signal, now, at)) throw patience.signal.reason
      return failedWith(client, done, exchange, classify(done, exchange)!)
    }
    const encoding = headerOf(exchange.headers, 'content-encoding')
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      patience.end()
      exchange.stream.on('error', () => {}).destroy()
      const { failure, seen } = flawed(
        done,
        exchange,
        'encoding',
        'was answered in an encoding that was not asked for',
      )
      return { result: left(failure), seen }
    }
    return streamed(exchange, patience, called, () => clock.now())
  }

const streamed = (
  { status, headers, stream }: Streaming,
  patience: Patience,
  called: Called,
  now: () => number,
): Ended<Download> => {
  const { signal } = patience
  const good = seenOf({ headers }, now())
  let settle!: (seen: Seen) => void
  const seen = new Promise<Seen>((resolve) => (settle = resolve))
  const broken = (cause: unknown): Error => {
    const facts = factsOf({ ...called, now: now() }, { status, headers }, codeOf(cause))
    if (!signal.aborted)
      return new ConnectionLost({ kind: 'transient', facts, what: 'had an answer that broke off' })
    if (signal.reason === TIME_IS_UP)
      return new TimedOut({ kind: 'transient', facts, what: 'had an answer that stood still' })
    return signal.reason instanceof Error
      ? signal.reason
      : new Error('the download was ended', { cause: signal.reason })
  }
  const body = new Relay(stream, {
    wanted: () => patience.moved(),
    came: (full) => (full ? patience.hold() : patience.moved()),
    broken,
    over(fault) {
      patience.end()
      if (fault === undefined) settle(good)
      else settle({ as: isFailure(fault) ? 'ambiguous' : 'unsent' })
    },
  })
  // Nothing is asked of the remote until somebody reads.
  patience.hold()
  // An adapter of the user's own may not listen to the signal any more.
  signal.addEventListener('abort', () => stream.destroy(), { once: true })
  const size = headerOf(headers, 'content-length')
  const type = headerOf(headers, 'content-type')
  return {
    result: right({
      status,
      headers: headersOf(headers),
      body,
      ...(size !== undefined && /^\d{1,15}$/.test(size) && { size: Number(size) }),
      ...(type !== undefined && { type }),
    }),
    seen,
  }
}

const codeOf = (cause: unknown): string | undefined => {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,48}$/.test(code) ? code : undefined
}
