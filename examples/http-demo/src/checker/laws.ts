import { doneOf } from '@xconnector/example-kit/journal-books'
import { count, counted } from '@xconnector/example-kit/words'
import { CONCURRENCY, SYSTEMS, type SystemName } from '../shared/systems.ts'
import { deliveriesOf, nameOf, repeats, unexplained } from './deliveries.ts'
import type { Evidence } from './evidence.ts'

/** What one law found: that it holds, or everything that breaks it, in sentences. */
export interface Finding {
  readonly holds: string
  readonly broken: readonly string[]
}

type Law = (evidence: Evidence) => Finding

const nothingLost: Law = ({ acknowledged, books }) => {
  const missing = acknowledged.size - books.start.accepted
  return {
    holds: `${counted(acknowledged.size, 'webhook')} acknowledged, every one of them in the journal`,
    broken: [
      ...(missing > 0 ? [`lost: ${counted(missing, 'webhook')} acknowledged, but never in the journal`] : []),
      ...(missing < 0 ? [`${counted(-missing, 'message')} in the journal that nobody sent`] : []),
    ],
  }
}

const booksBalance: Law = ({ books }) => {
  const all = [['the first hop', books.start] as const, ...SYSTEMS.map((s) => [s, books.systems[s]] as const)]
  const broken = all.flatMap(([system, book]) => {
    const { accepted, dead, pending } = book
    const { delivered = 0, superseded = 0 } = book.done
    const other = doneOf(book) - delivered - superseded
    const rest = accepted - doneOf(book) - dead - pending
    return [
      ...(rest === 0
        ? []
        : [`${system}: accepted is not done + dead + pending; the difference is ${count(rest)}`]),
      ...(other === 0
        ? []
        : [`${system}: ${counted(other, 'delivery', 'deliveries')} neither made nor superseded`]),
      ...(pending === 0 ? [] : [`${system}: ${counted(pending, 'delivery', 'deliveries')} still pending`]),
      ...(dead === 0 ? [] : [`${system}: ${counted(dead, 'dead letter')} left after the replay`]),
    ]
  })
  return { holds: 'accepted = done + dead + pending at every target; nothing pending, nothing dead', broken }
}

const journalIsRight: Law = ({ books, requests }) => {
  const wentOn = books.start.done['delivered'] ?? 0
  const broken = SYSTEMS.flatMap((system) => {
    const { accepted } = books.systems[system]
    if (accepted !== wentOn)
      return [
        `${system}: ${count(wentOn)} messages went on, but the journal has ${count(accepted)} deliveries`,
      ]
    const answered = requests[system].filter(({ applied, status }) => applied && status !== 0)
    const took = new Set(answered.map(({ entry }) => entry)).size
    const { delivered = 0 } = books.systems[system].done
    if (delivered > took)
      return [`${system}: the journal says ${count(delivered)} delivered, but it took in ${count(took)}`]
    // What was in flight at the kill may have been taken in, and superseded before the journal knew.
    return took - delivered > CONCURRENCY[system]
      ? [`${system} took in ${count(took)}, of which the journal knows ${count(delivered)}`]
      : []
  })
  return { holds: 'whatever the journal calls delivered is in the log of its receiver', broken }
}

const newestEverywhere: Law = ({ acknowledged, requests }) => {
  const newest = new Map<string, number>()
  for (const { sku, version } of acknowledged.values())
    newest.set(sku, Math.max(version, newest.get(sku) ?? 0))
  const broken = SYSTEMS.flatMap((system) => {
    const took = deliveriesOf(requests[system])
    const missing = [...newest].filter(([sku, version]) => !took.has(nameOf({ sku, version })))
    const [first] = missing
    return first === undefined
      ? []
      : [
          `${system} never got the newest version of ${counted(missing.length, 'product')}, ` +
            `such as ${first[0]} v${first[1]}`,
        ]
  })
  return { holds: `the newest version of all ${counted(newest.size, 'product')} is at every target`, broken }
}

const neverOlder: Law = ({ requests }) => {
  const broken = SYSTEMS.flatMap((system) => {
    const newest = new Map<string, number>()
    const stale = requests[system].filter(({ applied, sku, version }) => {
      if (!applied) return false
      const before = newest.get(sku) ?? 0
      newest.set(sku, Math.max(before, version))
      return version < before
    })
    const [first] = stale
    return first === undefined
      ? []
      : [
          `stale: ${system} got an older version after a newer one ${counted(stale.length, 'time')}, ` +
            `such as ${nameOf(first)} after v${newest.get(first.sku)}`,
        ]
  })
  return { holds: 'no target got an older version after a newer one', broken }
}

// What a kill may leave in doubt. An unsafe target is asked after a crash, so it gets nothing twice.
const MOST_REPEATS: Readonly<Record<SystemName, number>> = { ...CONCURRENCY, ledger: 0 }

const repeatsExplained: Law = ({ requests }) => {
  let cuts = 0
  let kill = 0
  const broken = SYSTEMS.flatMap((system) => {
    const took = deliveriesOf(requests[system])
    const twoKeys = [...took.values()].filter(({ entries }) => entries.size > 1)
    const left = unexplained(took)
    kill += left
    cuts += repeats(took) - left
    const most = MOST_REPEATS[system]
    return [
      ...(twoKeys.length === 0
        ? []
        : [
            `${system} got ${counted(twoKeys.length, 'change')} under more than one idempotency key, ` +
              `such as ${nameOf(twoKeys[0]!)}`,
          ]),
      ...(left <= most
        ? []
        : [`${system} got ${counted(left, 'repeat')}; one kill explains ${most} at most`]),
    ]
  })
  return {
    holds:
      `${counted(cuts + kill, 'repeat')}, each under its first idempotency key: ${count(cuts)} after a lost answer, ` +
      `${count(kill)} by the kill (${sum(MOST_REPEATS)} at most), none at the unsafe target`,
    broken,
  }
}

const sum = (numbers: Readonly<Record<SystemName, number>>): number =>
  SYSTEMS.reduce((n, system) => n + numbers[system], 0)

/** What must hold at the end of a run. */
export const laws: readonly Law[] = [
  nothingLost,
  newestEverywhere,
  neverOlder,
  repeatsExplained,
  booksBalance,
  journalIsRight,
]
