import type { FaultKind, Simulated } from '@xconnector/core/testing'

/** What many runs came to. Plain data, so that it can be sent from one thread to another. */
export interface Summary {
  readonly seeds: number
  readonly messages: number
  readonly calls: number
  readonly restarts: number
  readonly virtualMs: number
  /** The fewest faults of one run of the reference flow. */
  readonly fewestFaults: number
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
}

export const nothing: Summary = {
  seeds: 0,
  messages: 0,
  calls: 0,
  restarts: 0,
  virtualMs: 0,
  fewestFaults: Infinity,
  faults: {},
}

/** One seed of the reference simulations, the reference flow's first. */
export const summaryOf = ([first, ...others]: readonly Simulated[]): Summary => {
  const all = first === undefined ? others : [first, ...others]
  const sum = (of: (s: Simulated) => number): number => all.reduce((n, s) => n + of(s), 0)
  return {
    seeds: 1,
    messages: sum((s) => s.ledger.sent.length + s.ledger.owed.length),
    calls: sum((s) => s.calls),
    restarts: sum((s) => s.restarts),
    virtualMs: sum((s) => s.virtualMs),
    fewestFaults: first?.fewestFaults ?? Infinity,
    faults: all.map((s) => s.faults).reduce(bothFaults, {}),
  }
}

export const both = (a: Summary, b: Summary): Summary => ({
  seeds: a.seeds + b.seeds,
  messages: a.messages + b.messages,
  calls: a.calls + b.calls,
  restarts: a.restarts + b.restarts,
  virtualMs: a.virtualMs + b.virtualMs,
  fewestFaults: Math.min(a.fewestFaults, b.fewestFaults),
  faults: bothFaults(a.faults, b.faults),
})

const bothFaults = (a: Summary['faults'], b: Summary['faults']): Summary['faults'] => {
  const sums: Partial<Record<string, number>> = { ...a }
  for (const [kind, n] of Object.entries(b)) sums[kind] = (sums[kind] ?? 0) + n
  return sums
}

/** One line: how many, how fast, what struck. */
export const lineOf = (s: Summary, seconds: number): string => {
  const struck = Object.values(s.faults).reduce((n, of) => n + of, 0)
  const kinds = Object.entries(s.faults).map(([kind, n]) => `${kind} ${n}`)
  const days = s.virtualMs / 86_400_000
  return [
    `${s.seeds} seeds`,
    `${Math.round((s.seeds / Math.max(seconds, 0.001)) * 60)} seeds/min`,
    `${s.messages} messages`,
    `${s.calls} calls`,
    `${s.restarts} restarts`,
    `${days.toFixed(1)} virtual days`,
    `${struck} faults: ${kinds.join(', ')}`,
  ].join('  ')
}
