import { failureToJson } from '../failure/to-json.js'
import type { Schedule } from './schedule-options.js'
import { begun, decide, dueAt, readPosition, type Decision, type Position } from './schedule-position.js'
import type { Incoming, Intake, Running } from './source.js'

/** It looks at the clock at least so often, for a clock may be set. */
const LOOK = 60_000

/** A queued run asks whether the flow is free: after 1 s, then half as long again each time, at most so seldom. */
const SELDOM = 30_000

/** A position so far ahead of the clock is that of a clock that was wrong. */
const AHEAD = 864e5

const LONGEST_PAUSE = 60_000

/** A schedule at work. */
export class LiveSchedule implements Running {
  readonly #s: Schedule
  readonly #intake: Intake
  #position: Position | undefined
  #cancel: (() => void) | undefined
  #turn: Promise<void> = Promise.resolve()
  #stopped = false
  #failures = 0
  #ask = 1000

  constructor(s: Schedule, intake: Intake) {
    this.#s = s
    this.#intake = intake
  }

  /** Reads where it stands, and begins. Rejects when the stored position is none, or cannot be read or written. */
  async begin(): Promise<void> {
    await this.#stand()
    this.#again(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#turn
  }

  #again(ms: number): void {
    if (this.#stopped) return
    this.#cancel = this.#intake.clock.after(ms, () => {
      this.#turn = this.#look().then((next) => this.#again(next))
    })
  }

  /** Starts what is due; gives the milliseconds after which to look again. */
  async #look(): Promise<number> {
    try {
      const load = this.#intake.load()
      if (load?.paused === true) return this.#waits(load.retryAfter * 1000)
      const p = await this.#decided(this.#position ?? (await this.#stand()))
      if (this.#failures > 0) this.#tell('info', {}, 'goes on')
      this.#failures = 0
      this.#ask = p.queue.length === 0 ? 1000 : Math.min(SELDOM, this.#ask * 1.5)
      const longest = p.queue.length === 0 ? LOOK : this.#ask
      const now = this.#intake.clock.now()
      return Math.max(0, Math.min(longest, (this.#s.timetable.next(p.at) ?? Infinity) - now))
    } catch (thrown) {
      // What the journal has is read again: another process may have moved it.
      this.#position = undefined
      const next = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.#failures++)
      this.#tell(
        'warn',
        { error: failureToJson(thrown), next },
        'could not decide what is due; it is tried again',
      )
      return next
    }
  }

  /** Paused: nothing is decided, so that what passes meanwhile is missed. A time that is near is met, should it be resumed. */
  #waits(ms: number): number {
    const now = this.#intake.clock.now()
    const next = this.#position === undefined ? undefined : this.#s.timetable.next(this.#position.at)
    return next !== undefined && next > now ? Math.min(ms, next - now) : ms
  }

  async #decided(p: Position): Promise<Position> {
    const { clock } = this.#intake
    if (p.at > clock.now() + AHEAD) return this.#anew(p, 'the clock was far ahead when it ran last')
    if (p.queue.length === 0 && dueAt(this.#s, p, clock.now()).length === 0) return p
    const busy = this.#s.overlap !== 'allow' && (await this.#intake.waiting()) > 0
    const now = clock.now()
    const decision = decide(this.#s, p, now, busy)
    if (decision === undefined || this.#stopped) return p
    await this.#intake.accept(
      decision.runs.map((run): Incoming => ({
        raw: {
          at: run.at,
          late: Math.max(0, now - run.at),
          ...(run.previous !== undefined && { previous: run.previous }),
          skipped: run.skipped,
        },
        type: 'schedule',
        dedupe: String(run.at),
        time: run.at,
        undecodable: 'refuse',
      })),
      decision.position as never,
    )
    this.#position = decision.position
    this.#tellSkipped(decision)
    return decision.position
  }

  async #stand(): Promise<Position> {
    const { timetable, name } = this.#s
    const stored = await this.#intake.cursor()
    const before = stored === undefined ? undefined : readPosition(stored, name)
    if (before?.by === timetable.text) return (this.#position = before)
    return this.#anew(
      before,
      before === undefined ? undefined : `its times were "${before.by}" and are now "${timetable.text}"`,
    )
  }

  async #anew(before: Position | undefined, because: string | undefined): Promise<Position> {
    const position = begun(this.#s.timetable.text, this.#intake.clock.now(), before)
    await this.#intake.accept([], position as never)
    if (because !== undefined) this.#tell('warn', {}, `begins anew from now: ${because}`)
    return (this.#position = position)
  }

  #tellSkipped({ missed, overlapped, position }: Decision): void {
    const { at } = position
    if (missed > 0)
      this.#tell(
        'warn',
        { missed, upTo: at, runs: this.#s.missed },
        `left out ${missed === 1 ? 'a planned run that was' : `${missed} planned runs that were`} missed`,
      )
    if (overlapped > 0)
      this.#tell('warn', { overlapped, at }, 'left out a planned run: an earlier one is not done')
  }

  #tell(level: 'info' | 'warn', data: object, what: string): void {
    try {
      this.#intake.log[level]({ source: this.#s.name, ...data }, `schedule "${this.#s.name}": ${what}`)
    } catch {
      // A log that throws is no reason not to run.
    }
  }
}
