import { left, right, StepFailed, type May, type Seen } from '@xconnector/core'
import { classify, type Called, type Classified } from '../outcome/classify.js'
import type { Exchange } from '../outcome/exchange.js'
import { limitsSeen, rateLimit } from '../outcome/rate-limit.js'
import type { ClientSettings } from './client-settings.js'
import { failedAnswer } from './failed-answer.js'
import type { Reply } from './reply-reader.js'
import type { Ended } from './sender.js'

type Whole = Exchange & { as: 'answered' }

/** Makes a call's end of its exchange: a reply, or a failure, the API's own where the client refines. */
export type Conclude<B> = (called: Called, exchange: Exchange) => May<Ended<B>>

/** `read` reads 2xx answers. */
export const concluder = <B>(
  client: ClientSettings,
  read: (called: Called, answer: Whole) => May<Reply>,
): Conclude<B> => {
  const ended = (called: Called, answer: Whole, reply: Reply): Ended<B> =>
    'failure' in reply
      ? failedWith(client, called, answer, reply)
      : { result: right(reply.value as B), seen: seenOf(answer, called.now) }
  return (called, exchange) => {
    const classified = classify(called, exchange)
    if (classified !== undefined) return failedWith(client, called, exchange, classified)
    const answer = exchange as Whole
    const reply = read(called, answer)
    return reply instanceof Promise
      ? reply.then((r) => ended(called, answer, r))
      : ended(called, answer, reply)
  }
}

/** A failure, refined where the client does so and there was an answer. */
export const failedWith = (
  { refine }: ClientSettings,
  called: Called,
  exchange: Exchange,
  { failure, seen }: Classified,
): Ended<never> => {
  const end = failure._tag === 'Unauthorized' ? ({ seen, refused: true } as const) : { seen }
  if (refine === undefined || exchange.as !== 'answered') return { result: left(failure), ...end }
  try {
    return { result: left(refine(failure, failedAnswer(exchange)) ?? failure), ...end }
  } catch (cause) {
    return { result: left(new StepFailed(called.target, cause)), ...end }
  }
}

/** What a good answer says of its destination. */
export const seenOf = (answer: { readonly headers: Whole['headers'] }, now: number): Seen => {
  const limit = rateLimit(answer.headers, now)
  return limit === undefined ? OK : { as: 'ok', ...limitsSeen(limit) }
}

const OK: Seen = Object.freeze({ as: 'ok' })
