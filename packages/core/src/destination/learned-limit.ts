/** What a remote said about how often it may be called. */
export interface ToldLimit {
  /** So many calls … */
  readonly limit: number
  /** … in so many milliseconds. Left out: in a window of whose length nothing was said. */
  readonly per?: number
}

/** What an answer told of limits. */
export interface Told {
  readonly limits?: readonly ToldLimit[] | undefined
  /** Calls left in the window. */
  readonly remaining?: number | undefined
  /** When the window ends: epoch milliseconds. */
  readonly resetAt?: number | undefined
}

/** How long what was told is believed without being told again: milliseconds, or twice the longest window. */
const BELIEVED = 6e5

/** By how much two answers may differ in when one window ends: milliseconds. */
const ROUNDED = 1000

/** Of a limit of more calls than this in its window, only what is left of it is heeded. */
const MOST = 10_000

/**
 * A rate limit that the remote itself told. It keeps within every limit, whatever the remote's windows are (fixed or sliding)
 * and however long calls are on their way: a call counts from when it enters until a whole window after it left, which is
 * never sooner than the remote saw it. What the remote says is left counts too, for others may use the same limit; calls that
 * are inside are taken as not yet counted in it.
 *
 * Holds no timer: every question says what time it is.
 */
export class LearnedLimit {
  #rules: readonly { readonly limit: number; readonly per: number }[] = []
  /** The least limit whose window has no known length. */
  #unspanned = Infinity
  #believedUntil = Infinity
  #window: { left: number; readonly until: number } | undefined
  readonly #left = new Log()

  /** How many more calls may enter now. */
  room(inside: number, now: number): number {
    this.#forget(now)
    let room = this.#unspanned - inside
    if (this.#window !== undefined) room = Math.min(room, this.#window.left)
    for (const { limit, per } of this.#rules)
      room = Math.min(room, limit - inside - this.#left.after(now - per))
    return Math.max(0, room)
  }

  /** Milliseconds until time alone makes room; 0 when there is room, or when only those inside can make it. */
  wait(inside: number, now: number): number {
    if (this.room(inside, now) > 0 || inside >= this.#unspanned) return 0
    let at = this.#window !== undefined && this.#window.left <= 0 ? this.#window.until : now
    for (const { limit, per } of this.#rules) {
      if (inside >= limit) return 0
      const first = this.#left.last(limit - inside)
      if (first !== undefined) at = Math.max(at, first + per)
    }
    return Math.max(0, at - now)
  }

  enter(): void {
    if (this.#window !== undefined) this.#window.left--
  }

  /** A call left; `inside`: those that are still there. */
  leave(told: Told, inside: number, now: number): void {
    if (told.limits !== undefined && told.limits.length > 0) this.#believe(told.limits, now)
    this.#left.add(now, Math.max(0, ...this.#rules.map((r) => r.limit)))
    const { remaining, resetAt } = told
    if (remaining === undefined || resetAt === undefined || resetAt <= now) return
    const left = Math.max(0, remaining - inside)
    const known = this.#window
    // Answers of one window may come in any order, and its end is told in whole seconds: the least of both counts.
    this.#window =
      known !== undefined && now < known.until && resetAt < known.until + ROUNDED
        ? { left: Math.min(left, known.left), until: Math.min(resetAt, known.until) }
        : { left, until: resetAt }
  }

  #believe(limits: readonly ToldLimit[], now: number): void {
    const sane = limits.filter((l) => Number.isSafeInteger(l.limit) && l.limit >= 1)
    this.#rules = sane.flatMap(({ limit, per }) =>
      per !== undefined && per > 0 && Number.isFinite(per) && limit <= MOST ? [{ limit, per }] : [],
    )
    this.#unspanned = Math.min(Infinity, ...sane.filter((l) => l.per === undefined).map((l) => l.limit))
    this.#believedUntil = now + Math.max(BELIEVED, ...this.#rules.map((r) => 2 * r.per))
  }

  #forget(now: number): void {
    if (this.#window !== undefined && now >= this.#window.until) this.#window = undefined
    if (now < this.#believedUntil) return
    this.#rules = []
    this.#unspanned = Infinity
    this.#believedUntil = Infinity
  }
}

/** When calls left, in order, as many as a limit can ask about. */
class Log {
  #times: number[] = []
  #start = 0

  add(now: number, keep: number): void {
    // A clock that was set back: what lies ahead of it would block until it comes there again.
    if ((this.#times.at(-1) ?? now) > now) this.#cut(this.#times.length)
    this.#times.push(now)
    if (this.#times.length - this.#start > keep) this.#start = this.#times.length - keep
    if (this.#start > 1024 && this.#start * 2 > this.#times.length) this.#cut(this.#start)
  }

  /** How many are later than a time. */
  after(time: number): number {
    let low = this.#start
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#times[middle]! > time) high = middle
      else low = middle + 1
    }
    return this.#times.length - low
  }

  /** The `n`th from the end. */
  last(n: number): number | undefined {
    const at = this.#times.length - n
    return at >= this.#start ? this.#times[at] : undefined
  }

  #cut(n: number): void {
    this.#times = this.#times.slice(n)
    this.#start = 0
  }
}
