import { ThrottleWindow } from './throttle-window.js'

/** Places in one line; whoever comes beyond them is sent away for long enough, and comes as a newcomer then. */
const PLACES = 1000

interface Place {
  readonly who: unknown
  /** When it was told to come: epoch milliseconds. */
  at: number
}

/** Those of one key that wait for room, first come, first served. */
export class ThrottleLine {
  readonly #per: number
  readonly #window: ThrottleWindow
  #places: Place[] = []
  #far = 0

  constructor(per: number) {
    this.#per = per
    this.#window = new ThrottleWindow(per)
  }

  /** Whether nothing in it counts any more. */
  idle(now: number): boolean {
    return this.#window.count(now) === 0 && this.#places.every((p) => this.#missed(p, now))
  }

  /** Passes, if it may without waiting; gives 0 then, else when there may be room. */
  pass(limit: number, now: number): number {
    return this.#pass(limit, now, 0)
  }

  /** Passes, if it is its turn; gives 0 then, else when to ask again. */
  queue(who: unknown, limit: number, now: number): number {
    const mine = this.#places.find((p) => p.who === who)
    // Of messages that ended some other way, nobody comes.
    this.#places = this.#places.filter((p) => p === mine || !this.#missed(p, now))
    const ahead = mine === undefined ? this.#places.length : this.#places.indexOf(mine)
    const at = this.#pass(limit, now, ahead)
    if (at === 0) {
      if (mine !== undefined) this.#places.splice(ahead, 1)
    } else if (mine !== undefined) mine.at = at
    else if (ahead < PLACES) this.#places.push({ who, at })
    else {
      this.#far = Math.max(this.#far, at) + this.#per / limit
      return Math.ceil(this.#far)
    }
    return at
  }

  /** It asks no more. */
  leave(who: unknown): void {
    this.#places = this.#places.filter((p) => p.who !== who)
  }

  /** The clock was moved by so many milliseconds. */
  shift(by: number): void {
    this.#window.shift(by)
    for (const place of this.#places) place.at += by
    this.#far += by
  }

  #pass(limit: number, now: number, ahead: number): number {
    if (ahead < limit - this.#window.count(now)) {
      this.#window.add(now)
      return 0
    }
    return Math.ceil(this.#window.room(now, limit, ahead))
  }

  #missed(place: Place, now: number): boolean {
    return place.at + Math.max(this.#per, 1000) <= now
  }
}
