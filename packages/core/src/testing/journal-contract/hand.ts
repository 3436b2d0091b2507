import { deepEqual, equal, ok } from 'node:assert/strict'
import { isFailure } from '../../failure/failure.js'
import type { Json } from '../../message/json.js'
import type {
  Claimed,
  Claims,
  Done,
  FindQuery,
  Found,
  HopRef,
  Journal,
  Judged,
  NewEntry,
  Outcome,
  Settlement,
  Taken,
} from '../../ports/journal.js'
import type { ManualClock } from './manual-clock.js'

/** What a settlement may carry beside its outcome. */
export type Beside = Pick<Settlement, 'emit' | 'state' | 'wake'>

/** What a claim asks for; whatever is left out is generous. */
export interface Ask {
  readonly hops?: readonly string[]
  readonly max?: number
  readonly overdue?: true
  readonly leaseMs?: number
}

const flow = 'orders'
const names: readonly string[] = ['in', 'a', 'b', 'c', 'join']

/** The hops that the cases use. */
export const contractHops: readonly HopRef[] = names.map((hop) => ({ flow, hop }))

/** An entry of the contract: hop `in` of flow `orders`, unless it says otherwise. */
export const entry = (id: string, over: Partial<NewEntry> = {}): NewEntry => ({
  id,
  flow,
  hop: 'in',
  body: JSON.stringify({ of: id }),
  ...over,
})

/** The ids of entries, in their order. */
export const ids = (entries: readonly { readonly id: string }[]): readonly string[] =>
  entries.map(({ id }) => id)

/** A journal in a case's hand: its verbs with the usual arguments, which fail the case when they go wrong. */
export class Hand {
  journal: Journal
  readonly clock: ManualClock

  constructor(journal: Journal, clock: ManualClock) {
    this.journal = journal
    this.clock = clock
  }

  /** Accepts entries, each of which must be accepted. */
  async put(...entries: readonly NewEntry[]): Promise<void> {
    const taken = await this.accept(...entries)
    deepEqual(
      taken,
      entries.map(({ id }) => ({ id, as: 'accepted' })),
    )
  }

  /** Accepts entries; gives what they were taken as. */
  async accept(...entries: readonly NewEntry[]): Promise<readonly Taken[]> {
    const taken = await this.journal.accept(entries)
    ok(taken !== 'conflict', 'an accept without state moves cannot conflict')
    return taken
  }

  async claims({ hops = names, max = 1000, overdue, leaseMs = 30_000 }: Ask = {}): Promise<Claims> {
    const wants = hops.map((hop) => ({ flow, hop, max, ...(overdue === undefined ? {} : { overdue }) }))
    return this.journal.claim({ wants, max, leaseMs })
  }

  async claim(ask?: Ask): Promise<readonly Claimed[]> {
    return (await this.claims(ask)).entries
  }

  /** Claims, and must get exactly these, in any order. */
  async claimIds(expected: readonly string[], ask?: Ask): Promise<readonly Claimed[]> {
    const claimed = await this.claim(ask)
    deepEqual([...ids(claimed)].sort(), [...expected].sort())
    return claimed
  }

  /** Claims, and must get exactly one. */
  async one(ask?: Ask): Promise<Claimed> {
    const claimed = await this.claim(ask)
    equal(claimed.length, 1, `one entry is claimable, not ${ids(claimed).join(', ') || 'none'}`)
    return claimed[0]!
  }

  async settle({ lease }: Pick<Claimed, 'lease'>, outcome: Outcome, beside: Beside = {}): Promise<Judged> {
    const judged = await this.journal.commit([{ lease, ...beside, ...outcome }])
    equal(judged.length, 1)
    return judged[0]!
  }

  async done(
    claimed: Pick<Claimed, 'lease'>,
    beside?: Beside & { reply?: string; why?: Done },
  ): Promise<void> {
    const { reply, why = 'delivered', ...rest } = beside ?? {}
    const outcome: Outcome = { as: 'done', why, ...(reply === undefined ? {} : { reply }) }
    equal(await this.settle(claimed, outcome, rest), 'ok')
  }

  /** Lets it go again: at once, with a failed attempt, unless it says otherwise. */
  async again(
    claimed: Pick<Claimed, 'lease'>,
    how: { at?: number; spend?: boolean; error?: Json; memo?: Json } = {},
  ): Promise<void> {
    const outcome: Outcome = { as: 'again', at: this.clock.now(), spend: true, ...how }
    equal(await this.settle(claimed, outcome), 'ok')
  }

  async dead(claimed: Pick<Claimed, 'lease'>, how: { error?: Json; hold?: true } = {}): Promise<void> {
    equal(await this.settle(claimed, { as: 'dead', error: { _tag: 'Rejected' }, ...how }), 'ok')
  }

  /** Makes a dead letter of what is claimable under this id. */
  async kill(id: string, how?: { error?: Json; hold?: true }): Promise<void> {
    const claimed = await this.claim()
    for (const one of claimed) {
      if (one.id === id) await this.dead(one, how)
      else equal(await this.settle(one, { as: 'back' }), 'ok')
    }
    equal((await this.found(id))?.state, 'dead')
  }

  async find(query: Partial<FindQuery> = {}): Promise<readonly Found[]> {
    return this.journal.admin.find({ limit: 1_000_000, ...query })
  }

  async found(id: string): Promise<Found | undefined> {
    const root = id.split('/')[0]!
    return (await this.find({ root })).find((one) => one.id === id)
  }

  /** Counts of a hop; what is not counted is 0. */
  async count(hop: string, what: string): Promise<number> {
    const counts = await this.journal.admin.counts()
    const found = counts.filter((row) => row.flow === flow && row.hop === hop && row.what === what)
    ok(found.length <= 1, `${what} of ${hop} is counted once`)
    return found[0]?.n ?? 0
  }

  /** Counts of a hop must be these; any reason that is not named must be 0. */
  async counted(hop: string, expected: Readonly<Record<string, number>>): Promise<void> {
    const rows = (await this.journal.admin.counts()).filter((row) => row.flow === flow && row.hop === hop)
    const actual = Object.fromEntries(rows.filter(({ n }) => n !== 0).map(({ what, n }) => [what, n]))
    deepEqual(actual, Object.fromEntries(Object.entries(expected).filter(([, n]) => n !== 0)))
  }

  /** The law: per hop, in = done + dead + waiting, and what is dead or waiting can be found. */
  async lawful(): Promise<void> {
    const sums = new Map<string, { in: number; out: number; dead: number; waiting: number }>()
    for (const { flow: of, hop, what, n } of await this.journal.admin.counts()) {
      ok(Number.isInteger(n) && n >= 0, `${what} of ${of}/${hop} is a count, not ${n}`)
      const sum = sums.get(`${of}/${hop}`) ?? { in: 0, out: 0, dead: 0, waiting: 0 }
      sums.set(`${of}/${hop}`, sum)
      if (what === 'in') sum.in += n
      else sum.out += n
      if (what === 'dead' || what === 'waiting') sum[what] += n
    }
    for (const state of ['dead', 'waiting'] as const) {
      for (const { flow: of, hop } of await this.find({ state })) {
        const sum = sums.get(`${of}/${hop}`)
        ok(sum !== undefined, `${of}/${hop} has entries and no counts`)
        sum[state]--
      }
    }
    for (const [hop, sum] of sums) {
      equal(sum.in, sum.out, `${hop}: in = done + dead + waiting`)
      deepEqual([sum.dead, sum.waiting], [0, 0], `${hop}: dead and waiting are as found`)
    }
  }
}

/** The trouble of a call that must be rejected with `JournalUnavailable`. */
export const trouble = async (call: Promise<unknown>): Promise<string> => {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  ok(
    isFailure(outcome) && outcome._tag === 'JournalUnavailable',
    'the call is rejected with JournalUnavailable',
  )
  ok(outcome.message.length > 0)
  return (outcome as typeof outcome & { readonly trouble: string }).trouble
}
