import { failureToJson, isFailure, type Logger } from '@xconnector/core'
import type { Head } from '../ingress/head.js'
import { problem, unavailable } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { AuthorizeOperator, Operator, OpsRequest } from './operator.js'

/** Lets an operator in, or gives the answer instead. */
export type Door = (
  head: Head,
  original: OpsRequest['original'],
  wants: 'look' | 'act',
) => Promise<{ readonly operator: Operator } | { readonly reply: Reply }>

const RETRY_AFTER = 5

/** The door to everything that is not open. Whatever `authorize` does but name an operator lets nobody in. */
export const doorOf =
  (authorize: AuthorizeOperator, challenge: string, log: Logger): Door =>
  async (head, original, wants) => {
    const { method, path, query } = head
    const about = { method, path, wants }
    let found: Operator | false
    try {
      found = await authorize({
        method,
        path,
        query,
        header: (name) => head.header(name),
        headers: (name) => head.headers(name),
        wants,
        original,
      })
      if (found !== false) check(found)
    } catch (thrown) {
      if (thrown instanceof RepeatedHeader) return { reply: problem(400, { detail: thrown.message }) }
      log.error({ ...about, error: failureToJson(thrown) }, 'ops: authorize failed, so nobody was let in')
      const later = isFailure(thrown) && thrown.kind === 'transient'
      return { reply: later ? unavailable(RETRY_AFTER, 'it cannot be told now who asks') : problem(500) }
    }
    if (found === false) {
      log.info(about, 'ops: somebody was not let in')
      return { reply: problem(401, { headers: { 'www-authenticate': challenge } }) }
    }
    if (wants === 'act' && found.may !== 'act') {
      log.warn({ ...about, by: found.name }, `ops: ${found.name} may look only`)
      return { reply: problem(403, { detail: 'you may look, and not act' }) }
    }
    return { operator: found }
  }

const check = (found: unknown): void => {
  const { name, may } = (found ?? {}) as Partial<Operator>
  if (typeof name === 'string' && name !== '' && (may === 'look' || may === 'act')) return
  throw new TypeError("ops authorize: expected false, or { name, may: 'look' | 'act' }")
}
