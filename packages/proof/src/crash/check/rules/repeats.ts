import type { Received } from '../../receiver/request-log.ts'
import type { Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const SAME = 'a repeat has the same key and the same body'
const EXPLAINED = 'a repeat is of what was in hand at a kill'
const BOUND = 'repeats are at most kills x in flight'
const UNSAFE = 'an unsafe effect is never sent twice'

/** Repeats of an effect, beyond those that the receiver has asked for by ending the connection. */
export const excess = (all: readonly Received[]): number =>
  Math.max(0, all.length - 1 - all.filter(({ as }) => as === 'cut').length)

/** Effects beyond the first of their key: bounded, explained, and the same. */
export const repeats = (facts: Facts): readonly Violation[] => {
  const { violence } = facts.evidence
  const violations: Violation[] = []
  let sum = 0
  for (const [key, all] of facts.effects) {
    const { delivery, path } = all[0]!
    const m = delivery.m === '' ? {} : { m: delivery.m }
    violations.push(...differing(key, all))
    if (all.length === 1) continue
    const times = `${key} (${delivery.kind}, ${delivery.part}) took effect ${all.length} times`
    const hands = entriesBehind(facts, key, delivery.kind, delivery.of).reduce(
      (n, id) => n + facts.inHand(id),
      0,
    )
    if (path === '/unsafe' || path === '/asked') {
      // Where the remote is asked, one who was stopped between his mark and his call comes too late to be asked about.
      if (path === '/unsafe' || hands === 0) violations.push({ rule: UNSAFE, ...m, key, says: times })
      continue
    }
    const n = excess(all)
    sum += n
    if (n > hands)
      violations.push({
        rule: EXPLAINED,
        ...m,
        key,
        says: `${times}, and was in hand at ${hands} kills or stops`,
      })
  }
  const bound = violence.done.length * violence.inFlight + violence.lost.length
  if (sum > bound) violations.push({ rule: BOUND, says: `${sum} repeats, at most ${bound} can be explained` })
  return violations
}

const differing = (key: string, all: readonly Received[]): readonly Violation[] => {
  const [first, ...rest] = all
  const text = JSON.stringify(first!.delivery)
  const other = rest.find(({ delivery }) => JSON.stringify(delivery) !== text)
  const wrongHeader = all.find(({ header }) => header !== undefined && header !== `"${key}"`)
  const { m } = first!.delivery
  const about = { rule: SAME, ...(m === '' ? {} : { m }), key }
  if (other !== undefined)
    return [{ ...about, says: `${key} was sent as ${text} and as ${JSON.stringify(other.delivery)}` }]
  if (wrongHeader !== undefined)
    return [{ ...about, says: `${key} was sent with the key ${wrongHeader.header}` }]
  return []
}

/** The entries that can have had an effect of this key: itself, or for an order those of its messages. */
const entriesBehind = (facts: Facts, key: string, kind: string, of: string): readonly string[] => {
  if (!key.includes('~')) return [key]
  return [...facts.told.values()]
    .filter(({ mail }) => mail.kind === kind && mail.of === of)
    .flatMap(({ ids }) => ids.map((id) => `${id}/charge/work`))
}
