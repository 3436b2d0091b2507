import type { May } from '../result/result.js'

/** What an iteration goes over. */
export type Items<I> = Iterable<I> | AsyncIterable<I>

/** An iteration under way, over what a splitting function gave. */
export interface OpenItems {
  /** How many there are, where that is known. */
  readonly size: number | undefined
  next(): May<IteratorResult<unknown, unknown>>
  /** Ends it before its end: what it holds open is let go of. What that throws is nobody's business any more. */
  close(): void
}

/** @throws TypeError when a splitting function gave nothing to go over. */
export const openItems = (given: unknown): OpenItems => {
  if (given === null) return NONE
  if (Array.isArray(given)) return ofArray(given)
  if (typeof given === 'object') {
    if (Symbol.asyncIterator in given)
      return over((given as AsyncIterable<unknown>)[Symbol.asyncIterator](), undefined)
    if (Symbol.iterator in given) return over((given as Iterable<unknown>)[Symbol.iterator](), sizeOf(given))
  }
  // A text is iterable too, letter by letter: nobody means that.
  throw new TypeError(`expected an iterable of items, or null for none, got ${described(given)}`)
}

const described = (given: unknown): string => {
  if (given === undefined) return 'undefined'
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`
}

const sizeOf = (given: object): number | undefined =>
  given instanceof Set || given instanceof Map ? given.size : undefined

const OVER: IteratorResult<unknown, unknown> = Object.freeze({ done: true, value: undefined })
const NONE: OpenItems = Object.freeze({ size: 0, next: () => OVER, close: () => {} })

const ofArray = (items: readonly unknown[]): OpenItems => {
  const size = items.length
  let at = 0
  // Once emptied, it holds the items no longer than they are needed.
  return {
    size,
    next: () => (at < size ? { done: false, value: items[at++] } : OVER),
    close: () => (at = size),
  }
}

const over = (it: Iterator<unknown> | AsyncIterator<unknown>, size: number | undefined): OpenItems => ({
  size,
  next: () => it.next(),
  close() {
    try {
      const r = it.return?.()
      if (r instanceof Promise) r.catch(() => {})
    } catch {
      // It is over either way.
    }
  },
})
