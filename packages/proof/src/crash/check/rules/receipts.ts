import { push, type Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

const RULE = 'one order has its effect once'

/** Of the messages of one order one has the effect, and all that go on carry its receipt. */
export const receipts = (facts: Facts): readonly Violation[] =>
  (['once', 'sole'] as const).flatMap((kind) => {
    const charges = new Map<string, string[]>()
    for (const { delivery } of facts.firsts(kind, 'charge')) push(charges, delivery.of, delivery.key)
    const twice = [...charges]
      .filter(([, keys]) => keys.length > 1)
      .map(([of, keys]): Violation => ({
        rule: RULE,
        key: keys[0]!,
        says: `order ${of} was charged as ${keys.join(' and ')}`,
      }))
    const other = facts.firsts(kind, 'after').flatMap(({ delivery: { m, of, key, holds } }): Violation[] => {
      const [charged] = charges.get(of) ?? []
      return holds === charged
        ? []
        : [
            {
              rule: RULE,
              m,
              key,
              says: `${m} goes on with the receipt ${String(holds)}, its order ${of} has ${charged}`,
            },
          ]
    })
    return [...twice, ...other]
  })
