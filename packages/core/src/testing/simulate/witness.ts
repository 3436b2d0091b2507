import { failureRecord, type FailureRecord } from '../../failure/failure-record.js'
import type { Claimed, Judged, Lease, NewEntry, Settlement, StateMove, Taken } from '../../ports/journal.js'
import { isAlertHop } from '../../plan/alert-names.js'
import type { Breach, Lived } from './ledger.js'

/** An entry as it lives. */
export interface Living extends Lived {
  ended: string | undefined
  errors: FailureRecord[]
  /** The lease that was given last: whose, until when. `''`: it is in no hand. */
  token: string
  until: number
  /** Attempts spent since it came, or was replayed. */
  spent: number
  /** Its reply was left to an entry that it emitted. */
  left: boolean
  seq: number
  /** How often it was replayed. */
  rounds: number
}

/** What a witness needs to know. */
export interface WitnessPorts {
  now(): number
  /** Leases end by time, as where several processes work; else with their holder. */
  readonly byTime: boolean
}

/**
 * Sees what the journal does, in the order in which it does it, and keeps what broke a law of the port: what was leased
 * twice at once, settled without its lease, or ended twice.
 */
export class Witness {
  readonly entries: Map<string, Living> = new Map()
  readonly breaches: Breach[] = []
  readonly alerted: Set<string> = new Set()
  readonly #p: WitnessPorts
  // By join: the names that have answered.
  readonly #answered = new Map<string, Set<string>>()
  // Who of a hop and key was leased last.
  readonly #keys = new Map<string, Living>()
  readonly #held = new Set<Living>()
  #waiting = 0

  constructor(ports: WitnessPorts) {
    this.#p = ports
  }

  /** Entries that have not ended, as far as can be seen: a newer version ends older ones unseen. */
  get waiting(): number {
    return this.#waiting
  }

  /** Leases end by time. */
  get byTime(): boolean {
    return this.#p.byTime
  }

  breach(law: string, why: string): void {
    this.breaches.push({ law, why, at: this.#p.now() })
  }

  /** Whether a lease is still its holder's. */
  holds(lease: Lease): boolean {
    const e = this.entries.get(lease.id)
    return e !== undefined && e.token === lease.token && e.until > this.#p.now()
  }

  /** A process opens the journal. Where there is one only, whoever had it before has no lease any more. */
  opened(): void {
    if (this.#p.byTime) return
    for (const e of this.#held) e.token = ''
    this.#held.clear()
  }

  /** A process gives back all that it holds. */
  closed(tokens: ReadonlySet<string>): void {
    for (const e of this.#held)
      if (tokens.has(e.token)) {
        e.token = ''
        this.#held.delete(e)
      }
  }

  accepted(
    entries: readonly NewEntry[],
    state: readonly StateMove[],
    taken: readonly Taken[] | 'conflict',
  ): void {
    if (taken === 'conflict') return
    for (const move of state)
      if (move.name.startsWith('alert:'))
        this.breach('alertsWithVerdicts', `${move.name} was moved outside of the commit of a verdict`)
    entries.forEach((entry, i) => {
      const as = taken[i]?.as
      if (as !== 'accepted' && as !== 'dead') return
      if (isAlertHop(entry.hop))
        this.breach('alertsWithVerdicts', `${entry.id} was written outside of the commit of its verdict`)
      const e = this.#add(entry, BY_ACCEPT)
      if (as === 'dead') this.#dies(e, failureRecord(entry.dead))
    })
  }

  claimed(entries: readonly Claimed[], leaseMs: number): void {
    const now = this.#p.now()
    for (const entry of entries) {
      const e = this.entries.get(entry.id)
      if (e === undefined) {
        this.breach('leasesAreFenced', `${entry.id} was leased, and never written`)
        continue
      }
      this.#leased(e, entry, now, this.#p.byTime ? now + leaseMs : Infinity)
    }
  }

  extended(leases: readonly Lease[], held: readonly boolean[], leaseMs: number): void {
    const until = this.#p.now() + leaseMs
    if (!this.#p.byTime) return
    leases.forEach((lease, i) => {
      const e = this.entries.get(lease.id)
      if (held[i] === true && e?.token === lease.token) e.until = until
    })
  }

  settled(batch: readonly Settlement[], judged: readonly Judged[]): void {
    batch.forEach((s, i) => {
      const j = judged[i]
      if (j === 'ok' || j === 'superseded') this.#one(s, j)
    })
  }

  /** Dead letters that were sent again by somebody's hand. */
  replayed(ids: readonly string[], answers: readonly string[]): void {
    ids.forEach((id, i) => {
      const e = this.entries.get(id)
      if (e === undefined || answers[i] === 'absent') return
      e.ended = undefined
      e.spent = 0
      e.rounds++
      this.#waiting++
      if (answers[i] === 'reopened') this.#reopened(e)
    })
  }

  #add(entry: NewEntry, by: Lived['by']): Living {
    const e: Living = {
      entry,
      n: this.entries.size + 1,
      by,
      at: this.#p.now(),
      ended: undefined,
      errors: [],
      token: '',
      until: 0,
      spent: 0,
      left: false,
      seq: 0,
      rounds: 0,
    }
    this.entries.set(entry.id, e)
    this.#waiting++
    return e
  }

  #leased(
    e: Living,
    { lease, key, seq, attempts, flow, hop, join, id }: Claimed,
    now: number,
    until: number,
  ): void {
    if (e.token !== '' && e.until > now) this.breach('leasesAreFenced', `${id} was leased twice at once`)
    if (e.ended !== undefined)
      this.breach('leasesAreFenced', `${id} was leased after it had ended: ${e.ended}`)
    if (attempts !== e.spent)
      this.breach('attemptsWhileParked', `${id} has spent ${attempts} attempts, though ${e.spent} failed`)
    if (join !== undefined) this.#joins(e, join)
    e.token = lease.token
    e.until = until
    e.seq = seq
    this.#held.add(e)
    if (key === undefined) return
    const line = `${flow}\n${hop}\n${key}`
    const other = this.#keys.get(line)
    if (other !== undefined && other !== e && other.token !== '' && other.until > now)
      this.breach(
        'orderPerKey',
        `${id} and ${other.entry.id} of key ${JSON.stringify(key)} were leased at once`,
      )
    this.#keys.set(line, e)
  }

  #one(s: Settlement, judged: 'ok' | 'superseded'): void {
    const { id, token } = s.lease
    const e = this.entries.get(id)
    if (e === undefined) return this.breach('leasesAreFenced', `${id} was settled, and never written`)
    if (e.token !== token)
      this.breach('leasesAreFenced', `${id} was settled as ${s.as} by a process that had lost its lease`)
    e.token = ''
    this.#held.delete(e)
    const answers = e.entry.answers
    if (s.emit !== undefined)
      for (const next of s.emit) {
        if (answers !== undefined && next.answers?.join === answers.join && next.answers.as === answers.as)
          e.left = true
        if (!this.entries.has(next.id)) this.#add(next, { as: 'emit', of: id })
        if (isAlertHop(next.hop)) this.alerted.add(id)
      }
    if (s.state?.some((move) => move.name.startsWith('alert:')) === true) this.alerted.add(id)
    if (judged === 'superseded') return this.#ends(e, 'superseded')
    if (s.as === 'done') return this.#ends(e, s.why)
    if (s.as === 'back') return undefined
    const error = s.error === undefined ? undefined : failureRecord(s.error)
    if (s.as === 'dead') return this.#dies(e, error)
    this.#again(e, s.spend, error)
  }

  #again(e: Living, spend: boolean, error: FailureRecord | undefined): void {
    if (error !== undefined) e.errors.push(error)
    if (!spend) return
    e.spent++
    if (error === undefined || error._tag === 'Parked' || error._tag === 'Fenced')
      this.breach(
        'attemptsWhileParked',
        `${e.entry.id} spent an attempt without a failure${error === undefined ? '' : `: ${error._tag}`}`,
      )
  }

  #dies(e: Living, error: FailureRecord | undefined): void {
    if (error !== undefined) e.errors.push(error)
    this.#ends(e, 'dead')
  }

  #ends(e: Living, how: string): void {
    const { id, answers } = e.entry
    if (e.ended !== undefined) this.breach('leasesAreFenced', `${id} ended twice: ${e.ended}, then ${how}`)
    else this.#waiting--
    e.ended = how
    if (answers === undefined || e.left) return
    let names = this.#answered.get(answers.join)
    if (names === undefined) this.#answered.set(answers.join, (names = new Set()))
    names.add(answers.as)
  }

  #reopened({ entry: { answers } }: Living): void {
    if (answers === undefined) return
    this.#answered.get(answers.join)?.delete(answers.as)
    const join = this.entries.get(answers.join)
    if (join?.ended !== 'dead') return
    // Its own death was its answer: whoever waited for that waits for it again.
    join.ended = undefined
    join.spent = 0
    this.#waiting++
    this.#reopened(join)
  }

  /** A join goes on: enough branches must have ended, each counted once. */
  #joins(e: Living, { expect, settle }: NonNullable<NewEntry['join']>): void {
    const came = this.#answered.get(e.entry.id)?.size ?? 0
    const enough = typeof settle === 'object' ? settle.quorum : settle === 'any' ? 1 : expect.length
    if (came < Math.min(enough, expect.length))
      this.breach(
        'joinsCountOnce',
        `${e.entry.id} went on when ${came} of its ${expect.length} branches had ended`,
      )
  }
}

const BY_ACCEPT: Lived['by'] = { as: 'accept' }
