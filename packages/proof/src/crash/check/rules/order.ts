import type { Received } from '../../receiver/request-log.ts'
import type { Facts } from '../facts.ts'
import { rootOf } from '../facts.ts'
import type { Violation } from '../violation.ts'

const ORDER = 'messages of one key arrive in the order of their accept'
const LATEST = 'a newer version is never followed by an older one'
const NEWEST = 'the newest version arrives'

/** First deliveries per key and hop, in the order in which they were accepted; each lane accepts one after the other. */
export const order = (facts: Facts): readonly Violation[] =>
  ['first', 'second'].flatMap((part) =>
    backwards(facts.firsts('keys', part), ({ delivery }) => delivery.n ?? 0).map(({ before, after }) => ({
      rule: ORDER,
      m: after.delivery.m,
      key: after.delivery.key,
      says: `at "${part}" of ${after.delivery.of}, ${after.delivery.m} came first behind ${before.delivery.m}`,
    })),
  )

/** First deliveries per thing never go back; what the newest acknowledged version became is known. */
export const latest = (facts: Facts): readonly Violation[] => {
  const firsts = facts.firsts('latest', 'show')
  const back = backwards(firsts, ({ delivery }) => delivery.version ?? 0)
    // Superseded while its sender was stopped: it was on its way already.
    .filter(({ after }) => facts.inHand(after.delivery.key) === 0)
    .map(({ before, after }) => ({
      rule: LATEST,
      m: after.delivery.m,
      key: after.delivery.key,
      says: `version ${after.delivery.version} of ${after.delivery.of} came first behind version ${before.delivery.version}`,
    }))
  return [...back, ...newest(facts)]
}

const newest = (facts: Facts): readonly Violation[] => {
  const tops = new Map<string, { readonly version: number; readonly m: string; readonly id: string }>()
  for (const { mail, ids } of facts.told.values()) {
    const version = mail.version ?? 0
    if (mail.kind === 'latest' && version >= (tops.get(mail.of)?.version ?? 0))
      tops.set(mail.of, { version, m: mail.m, id: ids[0]! })
  }
  return [...tops].flatMap(([thing, { version, m, id }]) =>
    facts.effects.has(id) || facts.standsFor(rootOf(id)) !== undefined
      ? []
      : [
          {
            rule: NEWEST,
            m,
            key: id,
            says: `version ${version} of ${thing}, the newest, is neither shown, dead nor pending`,
          },
        ],
  )
}

interface Back {
  readonly before: Received
  readonly after: Received
}

const backwards = (firsts: readonly Received[], rank: (request: Received) => number): readonly Back[] => {
  const tops = new Map<string, Received>()
  return firsts.flatMap((after) => {
    const before = tops.get(after.delivery.of)
    if (before !== undefined && rank(before) > rank(after)) return [{ before, after }]
    tops.set(after.delivery.of, after)
    return []
  })
}
