import type { CompletedBy, Group } from './joined.js'
import type { Rules, Timing } from './rules.js'

/** What a message does to the groups of its key. */
export interface Taken<V> {
  /** The group that was open is complete, without the message. */
  readonly ended: CompletedBy | undefined
  /** The group with the message in it: the one that was open, or a new one. */
  readonly group: Group<V>
  readonly fresh: boolean
  /** It is complete with the message. */
  readonly full: CompletedBy | undefined
}

/**
 * Adds a message to the open group of its key, or to a new one. Pure but for the user's functions, and what these throw
 * leaves everything as it was. A group whose time is over takes nothing more, even when nobody has looked at it yet.
 */
export const take = <A, V, C>(
  rules: Rules<A, V, C>,
  open: Group<V> | undefined,
  key: string,
  body: A,
  now: number,
  ctx: C,
): Taken<V> => {
  const ended = open === undefined ? undefined : endedBy(rules, open, body, now, ctx)
  const fresh = open === undefined || ended !== undefined
  const group = fresh ? started(rules, key, body, now, ctx) : added(rules, open, body, now, ctx)
  return { ended, group, fresh, full: fullBy(rules, body, group, ctx) }
}

const endedBy = <A, V, C>(
  rules: Rules<A, V, C>,
  open: Group<V>,
  body: A,
  now: number,
  ctx: C,
): CompletedBy | undefined => {
  const timed = timedOut(rules, open, now)
  if (timed !== undefined) return timed
  return rules.begins !== undefined && rules.begins(body, open, ctx) ? 'begins' : undefined
}

const started = <A, V, C>(rules: Rules<A, V, C>, key: string, body: A, now: number, ctx: C): Group<V> => ({
  key,
  count: 1,
  first: now,
  last: now,
  value: rules.into === undefined ? (undefined as V) : rules.into.start(body, ctx),
})

const added = <A, V, C>(rules: Rules<A, V, C>, to: Group<V>, body: A, now: number, ctx: C): Group<V> => ({
  key: to.key,
  count: to.count + 1,
  // A clock may have been set back.
  first: Math.min(to.first, now),
  last: now,
  value: rules.into === undefined ? to.value : rules.into.add(to.value, body, ctx),
})

const fullBy = <A, V, C>(
  rules: Rules<A, V, C>,
  body: A,
  group: Group<V>,
  ctx: C,
): CompletedBy | undefined => {
  if (group.count >= rules.size) return 'size'
  return rules.ends !== undefined && rules.ends(body, group, ctx) ? 'ends' : undefined
}

/** The times of a group: all that its completion by time depends on. */
interface Times {
  readonly first: number
  readonly last: number
}

/** When a group is complete by time, if nothing is added to it until then. Epoch milliseconds. */
export const dueAt = ({ silence, every, within }: Timing, g: Times): number =>
  Math.min(g.last + silence, boundary(g.first, every), g.first + within)

/** Whether a group is complete by time, and by which of the options. */
export const timedOut = (
  { silence, every, within }: Timing,
  g: Times,
  now: number,
): CompletedBy | undefined => {
  if (now >= g.first + within) return 'within'
  if (now >= boundary(g.first, every)) return 'every'
  return now >= g.last + silence ? 'silence' : undefined
}

// The next whole multiple after it, so that all groups are complete at the same time.
const boundary = (first: number, every: number): number =>
  every === Number.POSITIVE_INFINITY ? every : (Math.floor(first / every) + 1) * every
