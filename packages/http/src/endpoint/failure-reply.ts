import type { Kind } from '@xconnector/core'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { AnswerFor, Ending, FailureAnswer } from './failure-answers.js'
import { isFailureStatus, statusOf, type Statuses } from './statuses.js'

/** What failures are answered with, as it was declared. */
export interface AnswerTable {
  readonly failures: Readonly<Record<string, AnswerFor<never>>>
  readonly otherwise: Statuses | undefined
}

const RETRY_AFTER = 5

/**
 * The problem that a failure is answered with. It holds nothing of the failure that the table does not say.
 *
 * @throws what a function of the table throws; TypeError when it gives no answer.
 */
export const failureReply = (table: AnswerTable, ending: Ending, now: number): Reply => {
  const { kind, retryAt } = ending as { readonly kind?: Kind; readonly retryAt?: number }
  const own = Object.hasOwn(table.failures, ending._tag) ? table.failures[ending._tag] : undefined
  const rest = table.otherwise === undefined ? undefined : statusOf(table.otherwise, ending._tag, kind)
  const answer = own ?? rest ?? (ending._tag === 'Filtered' ? 404 : 500)
  const said = typeof answer === 'function' ? answer(ending as never) : answer
  const {
    status,
    type,
    title,
    detail,
    retryAfter,
    with: members,
  }: FailureAnswer = typeof said === 'number' ? { status: said } : said
  if (!isFailureStatus(status)) throw new TypeError('expected a status from 400 to 599')
  const seconds = retryAfter ?? (status === 503 ? waitOf(retryAt, now) : undefined)
  return problem(status, {
    ...(detail !== undefined && { detail }),
    ...(seconds !== undefined && { headers: { 'retry-after': wholeSeconds(seconds) } }),
    with: {
      ...without(members),
      ...(type !== undefined && { type }),
      ...(title !== undefined && { title }),
    },
  })
}

const waitOf = (retryAt: number | undefined, now: number): number =>
  retryAt === undefined || Number.isNaN(retryAt) ? RETRY_AFTER : Math.min(DAY, (retryAt - now) / 1000)

const DAY = 86_400

const wholeSeconds = (seconds: number): string => {
  if (!Number.isFinite(seconds)) throw new TypeError('expected a number of seconds')
  return String(Math.min(DAY, Math.max(1, Math.ceil(seconds))))
}

const OWN: ReadonlySet<string> = new Set(['type', 'title', 'status', 'detail'])

const without = (members: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members ?? {}).filter(([name]) => !OWN.has(name)))
