import type { DecodeFailed } from '../failure/decode-failed.js'
import { failureRecord } from '../failure/failure-record.js'
import { failureToJson } from '../failure/to-json.js'
import type { Claimed, Journal, Judged, Settlement } from '../ports/journal.js'
import { isAlertHop, RUNTIME } from '../plan/alert-names.js'
import type { Random } from '../ports/random.js'
import type { AlertTarget } from '../route/route.js'
import type { Environment } from '../step/context.js'
import type { Alerts, AlertWrites, Notice } from './alerts.js'
import type { Backlog, BacklogWrite } from './backlog.js'
import { forgetSplits } from './forget-splits.js'
import type { Judgement, Trial } from './judge.js'
import type { NodeState } from './node-state.js'
import type { OpenSplits } from './open-splits.js'
import type { Tallies } from './tallies.js'
import type { Telling } from './telling.js'

/** What the settler works with. */
export interface SettlerPorts {
  readonly env: Environment
  readonly random: Random
  readonly journal: Journal
  readonly alerts: Alerts
  readonly backlog: Backlog
  readonly telling: Telling
  readonly nodes: NodeState
  readonly splits: OpenSplits
  readonly tallies: Tallies
  /** Told of crashes and lost alerts. */
  readonly alert: AlertTarget | undefined
  /** Something was committed: more may be claimable. */
  committed(): void
}

interface Waiting {
  readonly settlement: Settlement
  readonly alert: AlertWrites | undefined
  readonly trial: Trial | undefined
  readonly judgement: Judgement | undefined
  /** Tells of what no attempt led to. */
  readonly told?: () => void
}

/** Commits outcomes in batches, again and again until the journal takes them: only then is a message let go of. */
export class Settler {
  readonly #p: SettlerPorts
  #queue: Waiting[] = []
  #open = 0
  #failures = 0
  #retry: (() => void) | undefined
  #deferred: (() => void)[] = []
  #over = false
  /** Told when a write has ended, or is due again. */
  #moved: (() => void) | undefined

  constructor(ports: SettlerPorts) {
    this.#p = ports
  }

  /** Whether nothing waits to be committed. */
  get idle(): boolean {
    return this.#queue.length === 0 && this.#open === 0 && this.#deferred.length === 0
  }
  /** Whether the last commits failed. */
  get troubled(): boolean {
    return this.#failures > 0
  }

  settle(t: Trial, j: Judgement): void {
    const counting = j.tally === undefined ? undefined : this.#p.tallies.ready(j.tally.run)
    if (counting !== undefined) return this.#after(counting, t, j, () => this.settle(t, j))
    const notice = j.notice ?? this.#own(t, j)
    if (notice === undefined) return this.#push(t, j, undefined)
    this.#after(this.#p.alerts.writes(notice), t, j, (alert) => this.#push(t, j, alert))
  }
  /** Goes on when state has been read. What cannot be read is settled again later, as what cannot be written is. */
  #after<A>(read: Promise<A>, t: Trial, j: Judgement, then: (a: A) => void): void {
    this.#open++
    void read
      .then(then, (thrown: unknown) => {
        this.trouble(thrown)
        this.#backOff(() => this.settle(t, j))
      })
      .finally(() => {
        this.#open--
        this.#moved?.()
        this.#p.committed()
      })
  }
  back(entry: Claimed): void {
    this.#only({ lease: entry.lease, as: 'back' })
  }
  /** What is stored of it cannot be read: a dead letter, for no hop can begin with it. */
  unreadable(entry: Claimed, failure: DecodeFailed): void {
    const error = failureToJson(failure)
    const { flow, hop, id, attempts } = entry
    const at = this.#p.env.clock.now()
    const event = { flow, hop, id, at, attempt: attempts, ms: 0, error: failureRecord(error) }
    this.#only({ lease: entry.lease, as: 'dead', error }, () => this.#p.telling.tell('dead', event))
  }
  /** Its destination is parked: it goes again when that is over, and nothing is spent. */
  parked(entry: Claimed, at: number): void {
    this.#only({
      lease: entry.lease,
      as: 'again',
      at,
      spend: false,
      ...(entry.memo !== undefined && { memo: entry.memo }),
    })
  }
  fenced(entry: Claimed): void {
    const { flow, hop, id } = entry
    this.#p.telling.tell('fenced', { flow, hop, id, at: this.#p.env.clock.now() })
  }
  /** The journal failed. */
  trouble(thrown: unknown): void {
    const error = failureToJson(thrown)
    this.#p.env.log.error({ error }, 'the journal failed')
    this.#p.telling.tell('trouble', { at: this.#p.env.clock.now(), error })
  }

  /** Commits what waits. */
  flush(): void {
    if (this.#queue.length === 0 || this.#retry !== undefined || this.#over) return
    const batch = this.#queue
    this.#queue = []
    this.#open++
    const writing = this.#p.backlog.write()
    void this.#p.journal
      .commit(batch.map((w) => w.settlement))
      .then(
        (judged) => {
          this.#failures = 0
          batch.forEach((w, i) => this.#judged(w, judged[i]!, writing))
        },
        (thrown: unknown) => {
          this.trouble(thrown)
          this.#queue = [...batch, ...this.#queue]
          this.#backOff()
        },
      )
      .finally(() => {
        writing.end()
        this.#open--
        this.#moved?.()
        this.#p.committed()
      })
  }

  /** Commits all, until a time: what the journal has not taken by then stays claimed, and is found at the next start. */
  async drain(until: number): Promise<void> {
    const { clock } = this.#p.env
    while (!this.idle && clock.now() < until) {
      this.flush()
      await this.#progress(until - clock.now())
    }
    this.#over = true
    this.#retry?.()
  }

  /** Waits until a write of it has ended or its time to try again has come; or so long. */
  async #progress(within: number): Promise<void> {
    if (this.#open === 0 && this.#retry === undefined) return
    let cancel = (): void => {}
    await new Promise<void>((resolve) => {
      cancel = this.#p.env.clock.after(within, resolve)
      this.#moved = resolve
    })
    cancel()
    this.#moved = undefined
  }

  #only(settlement: Settlement, told?: () => void): void {
    this.#queue.push({
      settlement,
      alert: undefined,
      trial: undefined,
      judgement: undefined,
      ...(told !== undefined && { told }),
    })
    this.#p.committed()
  }

  #push(trial: Trial, judgement: Judgement, alert: AlertWrites | undefined): void {
    const emit = [...(judgement.emit ?? []), ...(alert?.emit ?? [])]
    const tally = judgement.tally && this.#p.tallies.move(judgement.tally)
    const state = [...(judgement.moves ?? []), ...(tally ? [tally] : []), ...(alert?.state ?? [])]
    const settlement: Settlement = {
      lease: trial.origin.entry.lease,
      ...judgement.outcome,
      ...(emit.length > 0 && { emit }),
      ...(state.length > 0 && { state }),
      ...(judgement.wake !== undefined && { wake: judgement.wake }),
    }
    this.#queue.push({ settlement, alert, trial, judgement })
  }

  #judged(w: Waiting, judged: Judged, writing: BacklogWrite): void {
    if (judged !== 'ok' && w.alert !== undefined) this.#p.alerts.forget(w.alert)
    const moves = w.judgement?.moves
    if (judged !== 'ok' && moves !== undefined) this.#p.nodes.forget(moves, w.trial?.ctx.asked)
    if (judged !== 'ok' && w.judgement?.tally !== undefined) this.#p.tallies.forget(w.judgement.tally.run)
    this.#splitEnded(w, judged)
    if (judged === 'fenced') {
      if (w.trial !== undefined) this.fenced(w.trial.origin.entry)
      return
    }
    if (judged === 'conflict') {
      // What a node decided by is not so any more: it decides again, from the pristine input.
      if (w.trial !== undefined && moves !== undefined && moves.length > 0)
        return this.parked(w.trial.origin.entry, this.#p.env.clock.now())
      // Another process told of the same group first: count again.
      return this.settle(w.trial!, w.judgement!)
    }
    const { as } = w.settlement
    const ends = as === 'done' || as === 'dead' || judged === 'superseded'
    writing.add((w.settlement.emit?.length ?? 0) - (ends ? 1 : 0))
    if (w.trial !== undefined && w.judgement !== undefined) this.#tell(w.trial, w.judgement, judged)
    else if (judged === 'ok') w.told?.()
  }

  /** The iteration of a split is kept from one chunk to the next, and in no other case. */
  #splitEnded({ settlement, trial, judgement }: Waiting, judged: Judged): void {
    if (trial === undefined || trial.deployed.hop.end.as !== 'split') return
    const goesOn = judged === 'ok' && settlement.as === 'again' && !settlement.spend
    const { id } = trial.origin.entry
    if (!goesOn) this.#p.splits.drop(id)
    if (judged === 'superseded' && judgement?.moves !== undefined)
      forgetSplits(this.#p.journal, [id]).catch((thrown: unknown) => this.trouble(thrown))
  }

  #tell(t: Trial, j: Judgement, judged: Judged): void {
    const { telling } = this.#p
    const { entry, now } = t.origin
    const about = {
      flow: entry.flow,
      hop: t.deployed.hop.name,
      id: entry.id,
      at: now,
      attempt: entry.attempts + 1,
      ms: now - t.started,
    }
    const { outcome } = j
    if (judged === 'superseded') return telling.tell('done', { ...about, why: 'superseded' })
    if (j.report !== undefined) telling.tell('run', j.report)
    const target = t.deployed.hop.effect?.step?.name
    if (outcome.as === 'done')
      telling.tell('done', { ...about, why: outcome.why, ...(target !== undefined && { target }) })
    else if (outcome.as === 'again' && outcome.spend)
      telling.tell('retry', { ...about, error: failureRecord(j.error), next: outcome.at })
    else if (outcome.as === 'dead') telling.tell('dead', { ...about, error: failureRecord(outcome.error) })
  }

  /** What no route tells: a crash, an alert that could not be delivered. */
  #own(t: Trial, j: Judgement): Notice | undefined {
    const target = this.#p.alert
    if (target === undefined || j.outcome.as !== 'dead' || t.origin.entry.flow === RUNTIME) return undefined
    const crashed = (j.error as { _tag?: string } | undefined)?._tag === 'Crashed'
    if (!crashed && !isAlertHop(t.deployed.hop.name)) return undefined
    const { entry, now } = t.origin
    const error = j.outcome.error
    const tag = (error as { readonly _tag: string })._tag
    const verdict = crashed ? 'crashed' : 'alert lost'
    return {
      targets: [target],
      by: RUNTIME,
      flow: entry.flow,
      hop: t.deployed.hop.name,
      tag,
      verdict,
      id: entry.id,
      error,
      at: now,
    }
  }

  /** Tries again after a while, longer after each failure; `first` is done then. */
  #backOff(first?: () => void): void {
    if (first !== undefined) this.#deferred.push(first)
    if (this.#over || this.#retry !== undefined) return
    const delay = Math.min(5000, 50 * 2 ** this.#failures++) * (0.5 + this.#p.random.next() / 2)
    this.#retry = this.#p.env.clock.after(delay, () => {
      this.#retry = undefined
      const deferred = this.#deferred
      this.#deferred = []
      for (const f of deferred) f()
      this.#moved?.()
      this.#p.committed()
    })
  }
}
