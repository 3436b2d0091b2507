/** One request, as far as it is judged with others of its kind. */
export interface Taken {
  /** Epoch milliseconds: when it was answered. */
  readonly at: number
  readonly entry: string
  readonly applied: boolean
  readonly status: number
}

/** What one target took in of one thing that was to be delivered once. */
export interface Delivered {
  readonly name: string
  /** When it was taken in: epoch milliseconds, in the order of the log. */
  readonly times: readonly number[]
  /** The idempotency keys it came under. */
  readonly entries: ReadonlySet<string>
  /** How often it was taken in and the answer withheld, so that it had to come again. */
  readonly cut: number
}

/** What a target took in, by name, in the order of first times. */
export const deliveriesOf = <Line extends Taken>(
  lines: readonly Line[],
  nameOf: (line: Line) => string,
): ReadonlyMap<string, Delivered> => {
  const found = new Map<string, { times: number[]; entries: Set<string>; cut: number; name: string }>()
  for (const line of lines) {
    if (!line.applied) continue
    const name = nameOf(line)
    const one = found.get(name) ?? { name, times: [], entries: new Set<string>(), cut: 0 }
    found.set(name, one)
    one.times.push(line.at)
    one.entries.add(line.entry)
    if (line.status === 0) one.cut++
  }
  return found
}

/** How often something came again. */
export const repeatsIn = (deliveries: ReadonlyMap<string, Delivered>): number =>
  [...deliveries.values()].reduce((sum, { times }) => sum + times.length - 1, 0)

// An answer that the service had, and had not yet written down when it was killed, is not older than this.
const IN_DOUBT_MS = 5000

/** Repeats by what they came from. */
export interface Explained {
  readonly byCut: number
  readonly byKill: number
  /** Names of what came again for no reason. */
  readonly unexplained: readonly string[]
}

/** Finds a reason for each repeat: an answer that was withheld, or a kill between it and what it repeats. */
export const explain = (
  deliveries: ReadonlyMap<string, Delivered>,
  kills: readonly { readonly at: number }[],
): Explained => {
  const unexplained: string[] = []
  let [byCut, byKill] = [0, 0]
  for (const { name, times, cut } of deliveries.values()) {
    const again = times.length - 1
    const cuts = Math.min(again, cut)
    const left = again - cuts
    const killed = Math.min(left, repeatsAcross(times, kills))
    byCut += cuts
    byKill += killed
    if (left > killed) unexplained.push(name)
  }
  return { byCut, byKill, unexplained }
}

const repeatsAcross = (times: readonly number[], kills: readonly { readonly at: number }[]): number =>
  times.filter((time, i) => {
    const before = times[i - 1]
    return before !== undefined && kills.some(({ at }) => time > at && Math.abs(before - at) < IN_DOUBT_MS)
  }).length
