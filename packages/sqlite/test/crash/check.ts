import { readdirSync } from 'node:fs'
import { linesOf } from './line-log.ts'
import { files, type Plan, RECEIVERS } from './plan.ts'

/** What a run did to its processes. */
export interface Violence {
  /** Kills that met an unanswered accept. */
  readonly producerKills: number
  /** Kills that met leased entries. */
  readonly workerKills: number
  /** Stops longer than a lease that met leased entries. */
  readonly stops: number
  /** Per kill and stop: the keys that were in hand. */
  readonly inHand: readonly (readonly string[])[]
}

/** What the logs say. A sound journal gives 0 for `lost`, `unexplained` and `strange`. */
export interface Verdict {
  readonly acknowledged: number
  readonly effects: number
  /** Acknowledged, but not received by every receiver. */
  readonly lost: number
  /** Effects beyond the first of their key. */
  readonly duplicates: number
  /** Duplicates whose key nobody had in hand when he was killed, stopped, or lost his lease. */
  readonly unexplained: number
  /** Messages that reached a receiver under another key than their own. */
  readonly strange: number
  /** The most duplicates that there may be: what was in hand, over all kills and stops. */
  readonly bound: number
}

/** Judges a run, by the producer's own log of acknowledgements and the receivers' logs. */
export const check = (plan: Plan, violence: Violence): Verdict => {
  const place = files(plan.directory)
  const acknowledged = new Set(linesOf(place.acknowledged))
  const excuses = count([...violence.inHand.flat(), ...lostLeases(plan.directory)])
  let effects = 0
  let strange = 0
  let duplicates = 0
  let unexplained = 0
  const lost = new Set<string>()
  for (const receiver of RECEIVERS) {
    const lines = linesOf(place.effects(receiver)).map(
      (line) => line.split(' ') as [key: string, message: string],
    )
    effects += lines.length
    strange += lines.filter(([key, message]) => key !== `${message}/${receiver}`).length
    const received = new Set(lines.map(([, message]) => message))
    for (const message of acknowledged) if (!received.has(message)) lost.add(message)
    for (const [key, n] of count(lines.map(([of]) => of))) {
      duplicates += n - 1
      unexplained += Math.max(0, n - 1 - (excuses.get(key) ?? 0))
    }
  }
  const bound = [...excuses.values()].reduce((sum, n) => sum + n, 0)
  return {
    acknowledged: acknowledged.size,
    effects,
    lost: lost.size,
    duplicates,
    unexplained,
    strange,
    bound,
  }
}

// A process that was slower than its lease finds out at its commit: that is fencing at work, and no loss.
const lostLeases = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((name) => name.startsWith('hands-'))
    .flatMap((name) => linesOf(`${directory}/${name}`))
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(2))

const count = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
