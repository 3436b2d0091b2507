import { chance } from './chance.ts'

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

/** A request to a system, as far as every behaviour looks at it. */
export interface Keyed {
  /** The idempotency key: the same over all tries of one delivery. */
  readonly entry: string
}

/** How a system behaves: an answer to each request, and how it is mended. */
export interface Behaviour<Delivery extends Keyed> {
  react(delivery: Delivery): Reaction
  mend(): void
}

export const TAKEN: Answer = { status: 200 }

/** Slow: `from` to `to` milliseconds for each answer. */
export const slow = (from: number, to: number): Behaviour<Keyed> => ({
  react: ({ entry }) => ({
    after: from + (to - from) * chance('slow', entry),
    applied: true,
    answer: TAKEN,
  }),
  mend: () => {},
})

const DOWN_MS = 2000

/**
 * Down for two seconds once it has taken in `downAfter`: it answers 503 with Retry-After or cuts the connection. Before
 * and after that it cuts one connection in two hundred when it has taken the request in already.
 */
export const failing = (downAfter: number): Behaviour<Keyed> => {
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

/** Rejects some of what it gets with 422 and this title, the same ones again and again, until it is mended. */
export const rejecting = <Delivery extends Keyed>(
  isRejected: (delivery: Delivery) => boolean,
  title: string,
): Behaviour<Delivery> => {
  let mended = false
  return {
    react(delivery) {
      const rejected = !mended && isRejected(delivery)
      return {
        after: 3,
        applied: !rejected,
        answer: rejected ? { status: 422, body: { title } } : TAKEN,
      }
    },
    mend() {
      mended = true
    },
  }
}

/** Behaves as `strict` with what that does not take in, and as `other` with the rest. */
export const whereTaken = <Delivery extends Keyed>(
  strict: Behaviour<Delivery>,
  other: Behaviour<Delivery>,
): Behaviour<Delivery> => ({
  react(delivery) {
    const reaction = strict.react(delivery)
    return reaction.applied ? other.react(delivery) : reaction
  },
  mend() {
    strict.mend()
    other.mend()
  },
})
