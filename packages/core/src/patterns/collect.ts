import { systemClock, type Clock } from '../ports/clock.js'
import { take } from './group/engine.js'
import type { CompletedBy, Group, Joined, ListGroup } from './group/joined.js'
import { checkRules, type Rules } from './group/rules.js'

/** How items are collected. Without any way to be complete, a group is when the items are over. */
interface Collecting<in A> {
  /** Items of one key are one group. Left out: all items are. */
  readonly key?: (item: A) => string
  /** Complete with so many items. */
  readonly size?: number
  /** A group that is opened completes the one before: for items sorted by key. Memory then holds one group. */
  readonly closesOlder?: boolean
  /** Groups open at most; one more completes the oldest. Default 100,000. */
  readonly open?: number
  readonly clock?: Clock
}

/** Groups that are lists. */
export interface CollectLists<in A> extends Collecting<A> {
  readonly into?: undefined
  /** The item begins a new group: the open one is complete without it. */
  readonly begins?: (item: A, group: ListGroup) => boolean
  /** The group is complete with this item, which is in it. */
  readonly ends?: (item: A, group: ListGroup) => boolean
}

/** Groups that are folded into one value. */
export interface CollectFolds<in A, in out V> extends Collecting<A> {
  readonly into: { readonly start: (item: A) => V; readonly add: (value: V, item: A) => V }
  /** The item begins a new group: the open one is complete without it. */
  readonly begins?: (item: A, group: Group<V>) => boolean
  /** The group is complete with this item, which is in it. */
  readonly ends?: (item: A, group: Group<V>) => boolean
}

const OPEN = 100_000

/**
 * The aggregator in memory, over items: gives each group when it is complete, and those that are open when the items are
 * over, oldest first (`by: 'end'`). For the items of a split, or inside a step. Nothing is durable: what has not been
 * given is collected anew from the source. Items are taken as groups are asked for.
 *
 * What the items or a function throw ends it with that throw; groups that were open are gone.
 *
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * for await (const day of collect(rows, { key: (row) => row.day, closesOlder: true })) yield day.value
 */
export const collect: {
  <A, V>(items: Iterable<A> | AsyncIterable<A>, options: CollectFolds<A, V>): AsyncGenerator<Joined<V>, void>
  <A>(
    items: Iterable<A> | AsyncIterable<A>,
    options: CollectLists<A>,
  ): AsyncGenerator<Joined<readonly A[]>, void>
} = <A>(items: Iterable<A> | AsyncIterable<A>, options: object): AsyncGenerator<never, void> => {
  const o = options as CollectLists<A>
  const rules = checkRules<A, unknown, undefined>('collect', o, Number.POSITIVE_INFINITY)
  const open = o.open ?? OPEN
  if (!Number.isInteger(open) || open < 1)
    throw new TypeError(`collect: open: expected a whole number of 1 or more, got ${String(o.open)}`)
  if (o.key !== undefined && typeof o.key !== 'function')
    throw new TypeError(`collect: key: expected a function, got ${typeof o.key}`)
  const groups = new Groups<A>(
    { ...rules, into: rules.into ?? LIST },
    o.key,
    o.closesOlder === true ? 1 : open,
    o.clock ?? systemClock,
  )
  return collected(items, groups) as AsyncGenerator<never, void>
}

/** Lists of its own, which nobody else has seen yet, may be added to in place. */
const LIST: Rules<unknown, unknown, undefined>['into'] = {
  start: (item) => [item],
  add(list, item) {
    ;(list as unknown[]).push(item)
    return list
  },
}

async function* collected<A>(
  items: Iterable<A> | AsyncIterable<A>,
  groups: Groups<A>,
): AsyncGenerator<Joined<unknown>, void> {
  // Not one loop for both: awaiting every item of a plain iterable would cost more than collecting it.
  if (Symbol.iterator in items) {
    for (const item of items) {
      groups.add(item)
      while (groups.ready.length > 0) yield groups.ready.shift()!
    }
  } else {
    for await (const item of items) {
      groups.add(item)
      while (groups.ready.length > 0) yield groups.ready.shift()!
    }
  }
  for (const group of groups.rest()) yield group
}

/** The open groups, oldest first. */
class Groups<A> {
  readonly ready: Joined<unknown>[] = []
  readonly #open = new Map<string, Group<unknown>>()
  readonly #rules: Rules<A, unknown, undefined>
  readonly #key: ((item: A) => string) | undefined
  readonly #most: number
  readonly #clock: Clock

  constructor(
    rules: Rules<A, unknown, undefined>,
    key: ((item: A) => string) | undefined,
    most: number,
    clock: Clock,
  ) {
    this.#rules = rules
    this.#key = key
    this.#most = most
    this.#clock = clock
  }

  add(item: A): void {
    const key = this.#key === undefined ? '' : this.#key(item)
    const open = this.#open.get(key)
    const { ended, group, fresh, full } = take(this.#rules, open, key, item, this.#clock.now(), undefined)
    if (ended !== undefined) {
      this.#open.delete(key)
      this.#give(open!, ended)
    }
    if (full !== undefined) {
      if (!fresh) this.#open.delete(key)
      this.#give(group, full)
      return
    }
    if (fresh && this.#open.size >= this.#most) {
      const [oldest, left] = this.#open.entries().next().value!
      this.#open.delete(oldest)
      this.#give(left, 'newer')
    }
    this.#open.set(key, group)
  }

  *rest(): Generator<Joined<unknown>, void> {
    for (const group of this.#open.values()) yield { ...group, by: 'end' }
    this.#open.clear()
  }

  #give(group: Group<unknown>, by: CompletedBy): void {
    this.ready.push({ ...group, by })
  }
}
