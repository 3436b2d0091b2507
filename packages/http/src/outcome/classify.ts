import type { Effect, Seen } from '@xconnector/core'
import { BadResponse } from '../failure/bad-response.js'
import type { ExchangeFailure } from '../failure/call-failure.js'
import { ConnectFailed } from '../failure/connect-failed.js'
import { ConnectionLost } from '../failure/connection-lost.js'
import type { CallFacts } from '../failure/http-failure.js'
import { connectFault } from '../network/connect-fault.js'
import { TimedOut } from '../failure/timed-out.js'
import { ambiguous } from './ambiguous.js'
import { answerText, chosenHeaders } from './answer-facts.js'
import { classifyStatus } from './classify-status.js'
import { headerOf, isNoEncoding, type AnswerHeaders, type Exchange } from './exchange.js'

/** What is known of a call beside its exchange. */
export interface Called {
  readonly destination: string
  readonly target: string
  readonly method: string
  /** As declared. */
  readonly path: string
  readonly effect: Effect
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly now: number
  /** What must not be in a failure. */
  readonly secrets: () => readonly string[]
}

/** A failure, and what the destination was seen to do. */
export interface Classified {
  readonly failure: ExchangeFailure
  readonly seen: Seen
}

/**
 * From an exchange to its failure, and to what its destination's circuit should make of it. `undefined`: a whole answer
 * of 2xx. The one place where HTTP is understood; core knows none.
 */
export const classify = (called: Called, exchange: Exchange): Classified | undefined => {
  switch (exchange.as) {
    case 'answered':
      return answered(called, exchange)
    case 'cut':
      // What a status of failure said holds without its body.
      return exchange.status >= 400
        ? answered(called, { ...exchange, as: 'answered', body: NONE })
        : lost(called, exchange)
    case 'unreadable':
      return exchange.status >= 300
        ? answered(called, { ...exchange, as: 'answered', body: NONE })
        : flawed(called, exchange, exchange.flaw, UNREADABLE[exchange.flaw])
    case 'never-sent':
      return neverSent(called, exchange.code)
    case 'lost':
      return lost(called, exchange)
    case 'timed-out': {
      const facts = factsOf(called)
      const kind = exchange.sent ? ambiguous(called.effect) : 'transient'
      const what = exchange.sent
        ? `had no answer after ${facts.durationMs} ms`
        : `could not be sent in ${facts.durationMs} ms`
      return {
        failure: new TimedOut({ kind, facts, what }),
        seen: { as: exchange.sent ? 'ambiguous' : 'failed' },
      }
    }
  }
}

// A refused address says nothing of its destination.
const neverSent = (called: Called, code: string): Classified => {
  const { kind = 'transient', what = code, ours } = connectFault(code) ?? {}
  return {
    failure: new ConnectFailed({
      kind,
      ...(ours === undefined && { scope: 'destination' as const }),
      facts: factsOf(called, undefined, code),
      what: `was not sent: ${what}`,
    }),
    seen: { as: ours === undefined ? 'failed' : 'unsent' },
  }
}

/** A 2xx answer that cannot be used. It has taken effect. */
export const flawed = (
  called: Called,
  answer: { readonly status: number; readonly headers: AnswerHeaders; readonly body?: Buffer },
  flaw: BadResponse['flaw'],
  what: string,
  issues: BadResponse['issues'] = [],
): Classified => ({
  failure: new BadResponse({ kind: 'permanent', facts: factsOf(called, answer), what }, flaw, issues),
  seen: { as: flaw === 'not-json' || flaw === 'encoding' ? 'failed' : 'ok' },
})

/** The facts of a call, for its failure. */
export const factsOf = (
  called: Called,
  answer?: { readonly status: number; readonly headers: AnswerHeaders; readonly body?: Buffer },
  code?: string,
): CallFacts => {
  const secrets = answer === undefined ? [] : called.secrets()
  const text =
    answer?.body === undefined
      ? undefined
      : answerText(answer.body, headerOf(answer.headers, 'content-type'), secrets)
  return {
    destination: called.destination,
    target: called.target,
    method: called.method,
    path: called.path,
    durationMs: called.now - called.startedAt,
    ...(answer !== undefined && { status: answer.status, headers: chosenHeaders(answer.headers, secrets) }),
    ...(text !== undefined && { answer: text }),
    ...(code !== undefined && { code }),
  }
}

const NONE = Buffer.alloc(0)
const UNREADABLE = {
  'too-large': 'was answered with more bytes than maxResponseBytes allows',
  encoding: 'was answered in an encoding that could not be undone',
} as const

const lost = (called: Called, exchange: Exchange & { as: 'lost' | 'cut' }): Classified => ({
  failure: new ConnectionLost({
    kind: ambiguous(called.effect),
    facts: factsOf(called, exchange.as === 'cut' ? exchange : undefined, exchange.code),
    what: exchange.as === 'cut' ? 'had an answer that broke off' : `lost its connection: ${exchange.code}`,
  }),
  seen: { as: 'ambiguous' },
})

const answered = (called: Called, answer: Exchange & { as: 'answered' }): Classified | undefined => {
  const { status, headers } = answer
  if (status >= 400) return classifyStatus(called, answer, factsOf(called, answer))
  if (status < 200 || status >= 300)
    return flawed(
      called,
      answer,
      'redirect',
      `was answered with ${status}: ${answer.redirect ?? 'redirects are not followed'}`,
    )
  const encoding = headerOf(headers, 'content-encoding')
  return encoding === undefined || isNoEncoding(encoding)
    ? undefined
    : flawed(called, { status, headers }, 'encoding', UNREADABLE.encoding)
}
