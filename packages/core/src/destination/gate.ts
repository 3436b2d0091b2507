import type { Clock } from '../ports/clock.js'
import { CircuitOpen } from '../failure/circuit-open.js'
import type { Json } from '../message/json.js'
import type { May } from '../result/result.js'
import { AdaptiveLimit, type Usage } from './adaptive-limit.js'
import { Bucket } from './bucket.js'
import { Circuit, type Ticket } from './circuit.js'
import type { Gate, Later, Leave, Seen } from './destination.js'
import { Fifo } from './fifo.js'
import { Hold } from './hold.js'
import { LearnedLimit } from './learned-limit.js'
import { RetryBudget } from './retry-budget.js'
import type { Settings } from './settings.js'

/** While it is held, it is said to be parked for so long from now: milliseconds. */
const NO_END = 1000

type Pass = Leave | 'parked' | CircuitOpen

interface Waiter {
  readonly how: 'now' | 'wait'
  readonly repeat: boolean
  settle(pass: Pass): void
}

/**
 * A destination at work: a circuit, a token bucket, a limit that the remote told, and a limit on the calls inside, with one
 * queue before them all, and a retry budget before the queue. Its one timer runs only while a call queues or somebody watches, so an unused gate keeps no process alive.
 */
export class LiveGate implements Gate {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #circuit: Circuit
  readonly #bucket: Bucket | undefined
  readonly #adaptive: AdaptiveLimit | undefined
  readonly #budget: RetryBudget | undefined
  readonly #queue: Fifo<Waiter> = new Fifo()
  readonly #watchers: Set<{ readonly call: () => void }> = new Set()
  /** Since the remote first told of a limit. */
  #learned: LearnedLimit | undefined
  #inside = 0
  // Those inside that entered since the last parking.
  #fresh = 0
  #timer: { readonly at: number; readonly cancel: () => void } | undefined
  readonly #hold: Hold = new Hold()

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    const { rate, adaptive, retryBudget } = settings
    this.#circuit = new Circuit(settings, () => this.#limit)
    this.#bucket = rate && new Bucket(rate.limit, rate.per, clock.now())
    this.#adaptive = adaptive && new AdaptiveLimit(adaptive, settings.concurrency)
    this.#budget = retryBudget === false ? undefined : new RetryBudget(retryBudget, clock.now())
  }

  parkedUntil(): number {
    const now = this.#clock.now()
    const until = this.#circuit.parkedUntil(now)
    return this.held() ? Math.max(until, now + NO_END) : until
  }

  parkedWhy(): 'asked' | 'failing' | undefined {
    return this.#circuit.parkedWhy(this.#clock.now())
  }

  free(): number {
    const now = this.#clock.now()
    if (this.#shut(now)) return 0
    const room = Math.min(this.#room(now), this.#bucket?.left(now) ?? Infinity)
    return Math.max(0, room - this.#queue.size)
  }

  enter(signal: AbortSignal | undefined, how: 'now' | 'wait', repeat: boolean = false): May<Pass | Later> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    const now = this.#clock.now()
    const shut = this.#shut(now)
    const away = shut ? this.#turnedAway(how, now) : undefined
    if (away !== undefined) return away
    if (repeat && this.#budget?.take(now) === false) return { until: this.#budget.later(now) }
    if (!shut && this.#queue.size === 0 && this.#takes(now)) return this.#admit(repeat, now)
    return this.#wait(signal, how, repeat)
  }

  mayRepeat(): boolean {
    return this.#budget?.take(this.#clock.now()) ?? true
  }

  parkedMs(): number {
    const now = this.#clock.now()
    return this.#circuit.parkedMs(now) + this.#hold.ms(this.#circuit, now)
  }

  held(): boolean {
    return this.#hold.held
  }

  hold(by: object, since: number): void {
    const now = this.#clock.now()
    if (this.#hold.add(by, Math.min(since, now), this.#circuit)) this.#turnAway(now)
  }

  release(by: object): void {
    const now = this.#clock.now()
    const ms = this.#hold.ms(this.#circuit, now)
    if (!this.#hold.remove(by)) return
    this.#circuit.release(ms, now)
    this.#fresh = 0
    this.#drain(now)
    this.#tell()
  }

  snapshot(): Json {
    return this.#circuit.record()
  }

  restore(snapshot: Json): void {
    const now = this.#clock.now()
    if (this.#circuit.merge(snapshot, now, this.#hold.ms(this.#circuit, now))) this.#parked(now)
  }

  watch(f: () => void): () => void {
    const watcher = { call: f }
    this.#watchers.add(watcher)
    this.#drain(this.#clock.now())
    return () => {
      this.#watchers.delete(watcher)
      this.#drain(this.#clock.now())
    }
  }

  get #limit(): number {
    return this.#adaptive?.now ?? this.#settings.concurrency
  }

  #places(): number {
    return Math.min(this.#limit - this.#inside, this.#circuit.allowance - this.#fresh)
  }

  #room(now: number): number {
    return Math.min(this.#places(), this.#learned?.room(this.#inside, now) ?? Infinity)
  }

  #takes(now: number): boolean {
    return this.#room(now) > 0 && (this.#bucket === undefined || this.#bucket.take(now))
  }

  #admit(repeat: boolean, now: number): Leave {
    if (!repeat) this.#budget?.first(now)
    this.#inside++
    this.#fresh++
    this.#learned?.enter()
    const ticket: Ticket & Usage = {
      generation: this.#circuit.generation,
      allowance: this.#circuit.allowance,
      inside: this.#inside,
      cuts: this.#adaptive?.cuts ?? 0,
    }
    let inside = true
    return (seen) => {
      if (!inside) return
      inside = false
      this.#leave(ticket, seen)
    }
  }

  #leave(ticket: Ticket & Usage, seen: Seen): void {
    const now = this.#clock.now()
    this.#inside--
    this.#learn(seen, now)
    // The one call let in after a parking asks whether it is over: its failure says nothing of how many are too many.
    if (ticket.allowance > 1 || seen.as === 'ok') this.#adaptive?.report(seen.as, ticket)
    if (ticket.generation === this.#circuit.generation) this.#fresh--
    if (this.#circuit.report(seen, ticket, now)) {
      this.#parked(now)
      this.#tell()
    } else this.#moved(now)
  }

  #wait(signal: AbortSignal | undefined, how: 'now' | 'wait', repeat: boolean): Promise<Pass> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        signal?.removeEventListener('abort', abort)
        dequeued?.()
      }
      const abort = (): void => {
        end()
        this.#queue.remove(place)
        if (repeat) this.#budget?.giveBack()
        reject(signal!.reason as Error)
        this.#moved(this.#clock.now())
      }
      const dequeued = this.#clock.queued?.()
      const place = this.#queue.push({
        how,
        repeat,
        settle(pass) {
          end()
          resolve(pass)
        },
      })
      signal?.addEventListener('abort', abort, { once: true })
      this.#drain(this.#clock.now())
    })
  }

  /** It takes no calls now. */
  #shut(now: number): boolean {
    return this.#hold.held || this.#circuit.parkedUntil(now) > 0
  }

  /** What keeps a call out of a destination that takes none, unless it may wait. */
  #turnedAway(how: 'now' | 'wait', now: number): 'parked' | CircuitOpen | undefined {
    if (how === 'now') return 'parked'
    const { name, whenParked } = this.#settings
    if (whenParked === 'wait') return undefined
    const remedy = `or give it whenParked: 'wait'`
    if (this.#hold.held)
      return new CircuitOpen(`destination "${name}" is paused; resume it, ${remedy}`, {
        scope: 'destination',
      })
    const left = this.#circuit.parkedUntil(now) - now
    return new CircuitOpen(
      `destination "${name}" is parked for another ${Math.ceil(left)} ms; call it then, ${remedy}`,
      { retryAt: now + left, scope: 'destination' },
    )
  }

  /** A parking began, changed, or was taken over. */
  #parked(now: number): void {
    this.#fresh = 0
    this.#turnAway(now)
  }

  /** Turns away those in the queue who cannot wait for it to open again. */
  #turnAway(now: number): void {
    const away = (w: Waiter): boolean => w.how === 'now' || this.#settings.whenParked === 'fail'
    for (const w of this.#shut(now) ? this.#queue.takeOut(away) : []) {
      if (w.repeat) this.#budget?.giveBack()
      w.settle(this.#turnedAway(w.how, now)!)
    }
    this.#drain(now)
  }

  /** Something grew: lets in whom it can, and tells the watchers if there is room beyond. */
  #moved(now: number): void {
    this.#drain(now)
    if (this.#watchers.size > 0 && this.free() > 0) this.#tell()
  }

  /** Lets in whom it can, and sets the timer for the rest. */
  #drain(now: number): void {
    if (this.#queue.size > 0 && !this.#shut(now))
      while (this.#queue.size > 0 && this.#takes(now)) {
        const next = this.#queue.shift()!
        next.settle(this.#admit(next.repeat, now))
      }
    this.#arm(now)
  }

  #tell(): void {
    for (const watcher of this.#watchers)
      try {
        watcher.call()
      } catch {
        // A watcher's failure must not become that of the call which happened to report.
      }
  }

  /** Sets the timer for the next moment at which time alone lets somebody in, if anybody cares. */
  #arm(now: number): void {
    const cared = this.#queue.size > 0 || this.#watchers.size > 0
    // One that is due has yet to tell the watchers, though time has let others in already.
    if (cared && this.#timer !== undefined && this.#timer.at <= now) return
    const at = cared ? this.#next(now) : 0
    if (at === (this.#timer?.at ?? 0)) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (at === 0) return
    const cancel = this.#clock.after(at - now, () => {
      this.#timer = undefined
      const later = this.#clock.now()
      this.#moved(later)
      // Whoever queued may have taken all there was, which `moved` does not tell: but it is open now.
      if (!this.#shut(later) && this.free() === 0) this.#tell()
    })
    this.#timer = { at, cancel }
  }

  #next(now: number): number {
    // Time alone does not end a hold.
    if (this.#hold.held) return 0
    const until = this.#circuit.parkedUntil(now)
    if (until > 0) return until
    if (this.#places() <= 0) return 0
    const wait = Math.max(this.#bucket?.wait(now) ?? 0, this.#learned?.wait(this.#inside, now) ?? 0)
    return wait > 0 ? now + wait : 0
  }

  #learn({ as, limits, remaining, retryAt }: Seen, now: number): void {
    if (as === 'unsent') return
    if (limits !== undefined || (remaining !== undefined && retryAt !== undefined))
      this.#learned ??= new LearnedLimit()
    this.#learned?.leave({ limits, remaining, resetAt: retryAt }, this.#inside, now)
  }
}
