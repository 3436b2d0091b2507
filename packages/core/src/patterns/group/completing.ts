import type { Decision, Emission, NodeContext } from '../../flow/node.js'
import type { JsonText } from '../../message/json.js'
import type { StateMove, Stored } from '../../ports/journal.js'
import { right, type May, type Result } from '../../result/result.js'
import { closedRow } from './closing.js'
import type { DurableRules } from './durable-rules.js'
import { dueAt, timedOut } from './engine.js'
import type { CompletedBy, Joined } from './joined.js'
import { groupName, groupOf, keyName, memberName, newestName, valueOf } from './rows.js'
import type { GroupEntry, GroupRow, KeyRow } from './rows.js'
import { TIMED } from './rules.js'
import { after, stateOf, unmoved, type Warming } from './warming.js'

type Completed = Result<never, Decision>

/** Members that are read at once. */
const PAGE = 1000

/** After so many milliseconds members are looked for again whose commits are on their way. */
const SOON = 10

/**
 * The entry of a group: it waits until the group is complete, by time or because somebody said so and woke it, and then
 * sends on what the group came to and removes it, in one commit.
 */
export const completing =
  (rules: DurableRules) =>
  (entry: GroupEntry, ctx: NodeContext): May<Completed> | Warming => {
    const names = [keyName(ctx.place, entry.k), groupName(ctx.place, entry.g)] as const
    const more = rules.closesOlder ? [newestName(ctx.place)] : []
    return after(stateOf(ctx, [...names, ...more]), (states) => {
      const at = states[names[1]]
      const row = valueOf<GroupRow>(at)
      // Somebody has seen to it.
      if (at === undefined || row === undefined)
        return right({ done: 'discarded', state: [unmoved(names[1], at)] })
      const by = row.by ?? timed(rules, row, ctx.now) ?? (ctx.stopping && rules.atStop ? 'stop' : undefined)
      if (by === undefined) return right(waiting(rules, names[1], at, row, ctx.now))
      return complete(rules, ctx, entry, states, row, by)
    })
  }

const timed = (rules: DurableRules, { f, l }: GroupRow, now: number): CompletedBy | undefined =>
  timedOut(rules, { first: f, last: l }, now)

/** A clock may have been set back: a group that began later than now begins now, or it would be late by the jump. */
const waiting = (rules: DurableRules, name: string, at: Stored, row: GroupRow, now: number): Decision => {
  if (row.f <= now) return { again: dueAt(rules, { first: row.f, last: row.l }), state: [unmoved(name, at)] }
  const value = { ...row, f: now, l: Math.min(row.l, now) }
  return {
    again: dueAt(rules, { first: value.f, last: value.l }),
    state: [{ name, expect: at.version, value }],
  }
}

const complete = (
  rules: DurableRules,
  ctx: NodeContext,
  entry: GroupEntry,
  states: Readonly<Record<string, Stored>>,
  row: GroupRow,
  by: CompletedBy,
): May<Completed> => {
  if (rules.into !== undefined)
    return right(ending(rules, ctx, entry, states, row, by, groupOf('', row).value, []))
  return members(ctx, entry.g, row).then((texts) => {
    const name = groupName(ctx.place, entry.g)
    if (texts === undefined) return right({ again: ctx.now + SOON, state: [unmoved(name, states[name])] })
    const list = texts.map((text) => JSON.parse(text) as unknown)
    const rows = Array.from({ length: row.c ?? row.n }, (_, i) => ({
      name: memberName(ctx.place, entry.g, i),
      expect: 1,
      value: undefined,
    }))
    return right(ending(rules, ctx, entry, states, row, by, list, rows))
  })
}

/** All that was added, in order; undefined while some of it is not written yet. */
const members = async (
  ctx: NodeContext,
  g: string,
  { n, c = n }: GroupRow,
): Promise<readonly JsonText[] | undefined> => {
  const texts: JsonText[] = []
  for (let from = 0; from < c; from += PAGE) {
    const names = Array.from({ length: Math.min(PAGE, c - from) }, (_, i) =>
      memberName(ctx.place, g, from + i),
    )
    const found = await ctx.load(names)
    for (const name of names) {
      const row = valueOf<JsonText | readonly JsonText[]>(found[name])
      if (row === undefined) return undefined
      if (typeof row === 'string') texts.push(row)
      else for (const text of row) texts.push(text)
    }
  }
  return texts
}

const ending = (
  rules: DurableRules,
  ctx: NodeContext,
  { k, g, s: suffix }: GroupEntry,
  states: Readonly<Record<string, Stored>>,
  row: GroupRow,
  by: CompletedBy,
  value: unknown,
  rows: readonly StateMove[],
): Decision => {
  const state: StateMove[] = [
    { name: groupName(ctx.place, g), expect: states[groupName(ctx.place, g)]!.version, value: undefined },
  ]
  const ofKey = states[keyName(ctx.place, k)]
  const keyRow = valueOf<KeyRow>(ofKey)
  const closed = keyRow?.g === g && keyRow.until !== undefined ? keyRow.until : undefined
  if (ofKey !== undefined && keyRow?.g === g && closed === undefined)
    state.push({ name: keyName(ctx.place, k), expect: ofKey.version, value: closedRow(rules, ctx, g) })
  else if (row.by === undefined || rules.late !== undefined) state.push(unmoved(keyName(ctx.place, k), ofKey))
  if (rules.closesOlder) {
    const newest = states[newestName(ctx.place)]
    const same = unmoved(newestName(ctx.place), newest)
    state.push(valueOf<GroupEntry>(newest)?.g === g ? { ...same, value: undefined } : same)
  }
  const vanishes = rules.timedOut === 'discard' && TIMED.has(by)
  const joined: Joined<unknown> = { key: k, value, count: row.n, first: row.f, last: row.l, by }
  const apart = suffix === undefined ? {} : { suffix }
  const emit: Emission[] = vanishes
    ? []
    : [
        {
          to: 'next',
          body: rules.give(joined),
          key: rules.key === undefined ? null : k,
          fresh: true,
          ...apart,
        },
      ]
  if (rules.late !== undefined && (closed !== undefined || row.by === undefined)) {
    const at = closed ?? ctx.now + rules.late.ms
    emit.push({ to: 'forget', body: { k, g }, at, key: null, fresh: true, aside: true, ...apart })
  }
  return { done: vanishes ? 'discarded' : 'joined', state, put: rows, emit }
}

/** The time is over in which the key of a complete group is closed. */
export const forgetting = (entry: GroupEntry, ctx: NodeContext): Completed | Warming => {
  const name = keyName(ctx.place, entry.k)
  return after(stateOf(ctx, [name]), (states) => {
    const at = states[name]
    const row = valueOf<KeyRow>(at)
    const same = unmoved(name, at)
    return right({ done: 'delivered', state: [row?.g === entry.g ? { ...same, value: undefined } : same] })
  })
}
