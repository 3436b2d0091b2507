import type { May } from '../result/result.js'
import type { OpenItems } from './items.js'

/** What is done with an item. `size`: how many there are, once that is known. `false` ends the iteration. */
export type Each = (item: unknown, index: number, size: number | undefined) => May<boolean>

/**
 * Runs `f` over items, so many at a time, taking an item only when there is room for it: memory stays flat. One item is
 * looked ahead, so that the last one is known as such. Ends early once `f` gives false. What is under way then, or when
 * the iteration itself throws, runs to its end. Synchronous items and functions are run in line, without a promise each.
 */
export const pool = async (items: OpenItems, limit: number, f: Each): Promise<void> => {
  const running = new Running(limit)
  try {
    let next = items.next()
    let ahead = next instanceof Promise ? await next : next
    for (let index = 0; ahead.done !== true; index++) {
      const item = ahead.value
      let broken: { readonly thrown: unknown } | undefined
      try {
        next = items.next()
        ahead = next instanceof Promise ? await next : next
      } catch (thrown) {
        broken = { thrown }
      }
      const r = f(item, index, broken === undefined && ahead.done === true ? index + 1 : items.size)
      if (typeof r !== 'boolean') running.add(r)
      else if (!r) running.stop()
      if (broken !== undefined) throw broken.thrown
      if (running.full) await running.room()
      if (!running.going) {
        items.close()
        break
      }
    }
  } finally {
    await running.over()
  }
  running.check()
}

class Running {
  readonly #limit: number
  readonly #all = new Set<Promise<void>>()
  #trouble: { readonly thrown: unknown } | undefined
  going = true

  constructor(limit: number) {
    this.#limit = limit
  }
  get full(): boolean {
    return this.#all.size >= this.#limit
  }
  stop(): void {
    this.going = false
  }
  add(r: Promise<boolean>): void {
    const one: Promise<void> = r
      .then(
        (on) => {
          if (!on) this.going = false
        },
        (thrown: unknown) => {
          this.going = false
          this.#trouble ??= { thrown }
        },
      )
      .then(() => void this.#all.delete(one))
    this.#all.add(one)
  }
  async room(): Promise<void> {
    while (this.full) await Promise.race(this.#all)
  }
  async over(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all)
  }
  check(): void {
    if (this.#trouble !== undefined) throw this.#trouble.thrown
  }
}
