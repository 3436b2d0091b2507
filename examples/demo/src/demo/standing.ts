import type { Count } from '@xconnector/core'

/** Where a run stands, by the service's own counts. */
export interface Standing {
  readonly pending: number
  readonly delivered: number
  readonly superseded: number
  readonly dead: number
  /** What is pending, by flow and hop. */
  readonly where: Readonly<Record<string, number>>
}

export const standingOf = (counts: readonly Count[]): Standing => {
  const sum = (what: string): number => counts.reduce((n, c) => n + (c.what === what ? c.n : 0), 0)
  return {
    pending: sum('waiting'),
    delivered: sum('delivered'),
    superseded: sum('superseded'),
    dead: sum('dead'),
    where: Object.fromEntries(
      counts.filter(({ what, n }) => what === 'waiting' && n > 0).map((c) => [`${c.flow} ${c.hop}`, c.n]),
    ),
  }
}
