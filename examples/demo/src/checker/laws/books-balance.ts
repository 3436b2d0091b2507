import { doneOf, type HopBook } from '@xconnector/example-kit/journal-books'
import { count, counted } from '@xconnector/example-kit/words'
import { TARGETS } from '../../shared/evidence.ts'
import { FLOWS } from '../books.ts'
import { deliveries, when, type Law } from '../finding.ts'

const imbalances = (name: string, book: HopBook): readonly string[] => {
  const { accepted, dead, pending } = book
  const { delivered = 0, superseded = 0, discarded = 0 } = book.done
  // VIP says itself that a version is not the newest any more: a route discards that.
  const other = doneOf(book) - delivered - superseded - (name === 'vip' ? discarded : 0)
  const rest = accepted - doneOf(book) - dead - pending
  return [
    ...when(
      rest !== 0,
      () => `${name}: accepted is not done + dead + pending; the difference is ${count(rest)}`,
    ),
    ...when(other !== 0, () => `${name}: ${deliveries(other)} neither made nor superseded`),
    ...when(pending !== 0, () => `${name}: ${deliveries(pending)} still pending`),
    ...when(dead !== 0, () => `${name}: ${counted(dead, 'dead letter')} left after the replay`),
  ]
}

/** The books of every target come out even, and nothing is left to do. */
export const booksBalance: Law = ({ books }) => ({
  holds: 'accepted = done + dead + pending at every target; nothing pending, nothing dead',
  broken: [
    // The hop before the fan-out; of the other flows the first hop is the target's.
    ...imbalances(`the first hop of ${FLOWS[0]}`, books.starts[FLOWS[0]]),
    ...TARGETS.flatMap((target) => imbalances(target, books.targets[target])),
  ],
})
