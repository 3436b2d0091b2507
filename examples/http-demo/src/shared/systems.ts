/** The three systems that the flow delivers to; also the names of its branches. */
export const SYSTEMS = ['search', 'shop', 'ledger'] as const

export type SystemName = (typeof SYSTEMS)[number]

/** How many calls of each may be inside at a time. Together: the most deliveries that a crash can leave in doubt. */
export const CONCURRENCY: Readonly<Record<SystemName, number>> = { search: 48, shop: 16, ledger: 16 }
