import type { Readable } from 'node:stream'
import {
  isFailure,
  isParked,
  left,
  StepFailed,
  type Context,
  type Effect,
  type Failure,
  type Parked,
  type Tagged,
} from '@xconnector/core'
import { sha256Proof } from '../body/proof.js'
import type { Exchange } from '../outcome/exchange.js'
import type { ByteStream, Opened } from './byte-stream.js'
import type { ClientSettings } from './client-settings.js'
import type { Conclude } from './conclude.js'
import { Patience } from './patience.js'
import { Relay } from './relay.js'
import type { Made } from './request-maker.js'
import { endedFromOutside, type Ended, type Sender } from './sender.js'

/** Why the wire is cut when it is our own stream that broke. */
const BROKEN = 'the stream broke'

/** Sends a body as a stream, once. What breaks on this side of it is no fault of the receiver's. */
export const bytesSender =
  <B>(
    { transport, timeoutMs }: ClientSettings,
    method: string,
    effect: Effect,
    conclude: Conclude<B>,
  ): Sender<B> =>
  async (made, headers, ctx, called, sending) => {
    const { clock } = ctx
    const opened = await openedBy(made, ctx)
    if (isFailure(opened)) return mine(called.target, opened)
    if (isParked(opened)) return { result: left(opened as never), seen: { as: 'unsent' } }
    const patience = new Patience(clock, timeoutMs, ctx.signal)
    const relay = relayOf(opened, patience)
    const at = ctx.deadline ?? Infinity
    let exchange: Exchange
    try {
      if (relay.fault !== undefined) return mine(called.target, relay.fault)
      exchange = await transport.send({
        method,
        baseUrl: made.baseUrl,
        url: made.url,
        headers: {
          'content-type': opened.type ?? 'application/octet-stream',
          ...headers,
          ...(opened.length !== undefined && { 'content-length': String(opened.length) }),
          // Nobody else knows its boundary.
          ...(opened.type?.startsWith('multipart/') === true && { 'content-type': opened.type }),
          ...digestOf(opened),
        },
        body: relay,
        effect,
        clock,
        deadline: at,
        signal: patience.signal,
        parkedUntil: () => 0,
        // A stream is sent once.
        mayRepeat: () => false,
        ...(sending.fresh && { fresh: sending.fresh }),
      })
    } finally {
      relay.destroy()
      patience.end()
    }
    const now = clock.now()
    if (ctx.signal.aborted) {
      if (endedFromOutside(exchange, ctx.signal, now, at)) throw ctx.signal.reason
    } else if (relay.fault !== undefined && !(exchange.as === 'answered' && exchange.status >= 400))
      return mine(called.target, relay.fault)
    const { secrets = [] } = opened
    return conclude({ ...called, now, secrets: () => [...called.secrets(), ...secrets] }, exchange)
  }

const openedBy = async (made: Made, ctx: Context): Promise<ByteStream<Tagged> | Failure<string> | Parked> => {
  let opened: Opened
  try {
    opened = await made.open!()
  } catch (thrown) {
    if (isFailure(thrown) || isParked(thrown)) return thrown
    throw thrown
  }
  if (isFailure(opened)) return opened
  const { stream, length } = opened
  if (typeof stream?.pipe !== 'function' || typeof stream.destroy !== 'function')
    throw new TypeError('bytes: expected { stream } with a Readable, got ' + typeof stream)
  if (ctx.signal.aborted) {
    stream.on('error', () => {}).destroy()
    throw ctx.signal.reason
  }
  if (length !== undefined && (!Number.isSafeInteger(length) || length < 0))
    throw refused(stream, `length: expected a number of bytes, 0 or more, got ${String(length)}`)
  if (opened.digest !== undefined && opened.digest !== 'Content-Digest' && opened.digest !== 'Repr-Digest')
    throw refused(stream, `digest: expected 'Content-Digest' or 'Repr-Digest', got ${typeof opened.digest}`)
  if (opened.digest !== undefined && opened.sha256 === undefined)
    throw refused(stream, 'digest: expected sha256 as well, which it sends')
  if (opened.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(opened.sha256))
    throw refused(stream, 'sha256: expected a SHA-256 in hex, 64 digits')
  return opened
}

const refused = (stream: Readable, why: string): TypeError => {
  stream.on('error', () => {}).destroy()
  return new TypeError(`bytes: ${why}`)
}

const digestOf = ({ digest, sha256 }: ByteStream<Tagged>): Readonly<Record<string, string>> =>
  digest === undefined || sha256 === undefined
    ? NO_HEADERS
    : { [digest.toLowerCase()]: `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:` }

const NO_HEADERS = Object.freeze({})

const relayOf = ({ stream, length, sha256 }: ByteStream<Tagged>, patience: Patience): Relay =>
  new Relay(
    stream,
    {
      wanted: () => patience.hold(),
      came: () => patience.moved(),
      broken: (cause) =>
        cause instanceof Error
          ? cause
          : new Error('the stream closed before its end', cause === undefined ? {} : { cause }),
      over: (fault) => {
        if (fault !== undefined) patience.abort(BROKEN)
      },
    },
    { length, proof: sha256 === undefined ? undefined : sha256Proof(sha256, 'bytes sha256') },
  )

// The destination was not called as far as it can tell: a request without its end is none.
const mine = (target: string, fault: Error): Ended<never> => ({
  result: left(isFailure(fault) ? fault : new StepFailed(target, fault)),
  seen: { as: 'unsent' },
})
