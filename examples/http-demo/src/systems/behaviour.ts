import type { SystemName } from '../shared/systems.ts'
import { chance } from '../shared/chance.ts'

/** One request to a system, as far as it matters. */
export interface Delivery {
  readonly sku: string
  readonly version: number
  readonly entry: string
}

/** What a system does with a request. `cut`: it ends the connection instead of answering. */
export interface Reaction {
  /** Milliseconds that it takes. */
  readonly after: number
  readonly applied: boolean
  readonly answer: 'cut' | Answer
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

/** How a system behaves: an answer to each request, and how it is mended. */
export interface Behaviour {
  react(delivery: Delivery): Reaction
  mend(): void
}

const TAKEN: Answer = { status: 200 }

/** Slow: 40 to 80 ms for each answer. */
const slow = (): Behaviour => ({
  react: ({ entry }) => ({ after: 40 + 40 * chance('slow', entry), applied: true, answer: TAKEN }),
  mend: () => {},
})

const DOWN_MS = 2000

/**
 * Down for two seconds once it has taken in `downAfter`: it answers 503 with Retry-After or cuts the connection. Before
 * and after that it cuts one connection in two hundred when it has taken the request in already.
 */
const failing = (downAfter: number): Behaviour => {
  const tries = new Map<string, number>()
  let taken = 0
  let downUntil = 0
  return {
    react({ entry }) {
      const nth = (tries.get(entry) ?? 0) + 1
      tries.set(entry, nth)
      if (taken === downAfter && downUntil === 0) downUntil = Date.now() + DOWN_MS
      const dice = chance('failing', entry, nth)
      if (Date.now() < downUntil) {
        if (dice < 0.7)
          return { after: 1, applied: false, answer: { status: 503, headers: { 'retry-after': '1' } } }
        if (dice < 0.9) return { after: 1, applied: false, answer: 'cut' }
      }
      taken++
      return { after: 2, applied: true, answer: Date.now() < downUntil || dice < 0.005 ? 'cut' : TAKEN }
    },
    mend: () => {},
  }
}

/** Rejects one in twenty with 422, again and again, until it is mended. */
const rejecting = (): Behaviour => {
  let mended = false
  return {
    react({ sku, version }) {
      const rejected = !mended && chance('rejecting', sku, version) < 0.05
      const answer = rejected ? { status: 422, body: { title: 'the tax rate is unknown' } } : TAKEN
      return { after: 3, applied: !rejected, answer }
    },
    mend() {
      mended = true
    },
  }
}

/** The behaviour of each system. */
export const behaviours = (downAfter: number): Readonly<Record<SystemName, Behaviour>> => ({
  search: slow(),
  shop: failing(downAfter),
  ledger: rejecting(),
})
