import type { Decision, Emission, NodeContext } from '../../flow/node.js'
import { stringify } from '../../message/storable.js'
import type { Json, JsonText } from '../../message/json.js'
import type { StateMove, Stored } from '../../ports/journal.js'
import { left, right, type Result } from '../../result/result.js'
import type { Context } from '../../step/step.js'
import type { Tagged } from '../../failure/failure.js'
import { closing, closedRow } from './closing.js'
import type { DurableRules } from './durable-rules.js'
import { dueAt, take, type Taken } from './engine.js'
import { GroupClosed } from './group-closed.js'
import type { CompletedBy, Group } from './joined.js'
import { KeyMissing } from './key-missing.js'
import { known, type Known } from './known.js'
import { after, stateOf, unmoved, type Warming } from './warming.js'
import { groupName, groupOf, keyName, memberName, newestName, valueOf } from './rows.js'
import type { GroupEntry, GroupRow } from './rows.js'
import { signalled } from './signalling.js'

type Decided = Result<Tagged, Decision>

/** A message comes: it is added to the open group of its key, or opens one. */
export const entering =
  (rules: DurableRules) =>
  (body: unknown, ctx: NodeContext): Decided | Warming | Promise<Decided> => {
    const signal = rules.signal?.(body, ctx)
    if (signal?.completes === 'all') return signalled(rules, signal, body, ctx)
    const key = keyOf(rules, body, ctx)
    if (key === undefined)
      return rules.withoutKey === 'discard' ? right({ done: 'discarded' }) : left(new KeyMissing(rules.name))
    return after(known(ctx, key), (k) => {
      if (signal !== undefined && signal.joins !== true)
        return right({ done: 'delivered', ...closing(rules, ctx, k, 'signal') } satisfies Decision)
      return adding(rules, body, ctx, k, signal && 'signal')
    })
  }

/** @throws TypeError for a key that is neither a text nor missing. */
export const keyOf = (rules: DurableRules, body: unknown, ctx: Context): string | undefined => {
  const key = rules.key === undefined ? '' : rules.key(body, ctx)
  if (typeof key === 'string' || key === undefined) return key
  throw new TypeError(`key gave ${key === null ? 'null' : typeof key}, expected a string or undefined`)
}

/** Adds a message to what is known of its key. `full`: it completes its group, whatever the rules say. */
export const adding = (
  rules: DurableRules,
  body: unknown,
  ctx: NodeContext,
  k: Known,
  full?: CompletedBy,
): Decided | Warming => {
  const { now } = ctx
  const { late } = rules
  if (late !== undefined && k.row?.until !== undefined && now < k.row.until)
    return late.refuse ? left(new GroupClosed(rules.name, k.key)) : right({ done: 'discarded' })
  const row = valueOf<GroupRow>(k.group)
  const open = row === undefined || row.by !== undefined ? undefined : groupOf(k.key, row)
  const taken = take(rules, open, k.key, body, now, ctx)
  const decided = written(rules, body, ctx, k, full === undefined ? taken : { ...taken, full })
  if (!taken.fresh || !rules.closesOlder) return right(decided)
  return after(older(rules, ctx, k), (also) => right(merged(decided, also)))
}

const written = (
  rules: DurableRules,
  body: unknown,
  ctx: NodeContext,
  k: Known,
  { ended, group, fresh, full }: Taken<unknown>,
): Decision => {
  const emit: Emission[] = []
  const wake: string[] = []
  const state: StateMove[] = []
  const id = fresh ? ctx.idOf('group') : k.row!.g
  const at = fresh ? 0 : k.group!.version
  if (ended !== undefined) {
    const was = k.group!
    const value = { ...(was.value as object), by: ended }
    state.push({ name: groupName(ctx.place, k.row!.g), expect: was.version, value })
    wake.push(k.row!.g)
  } else if (fresh && k.row !== undefined && k.row.until === undefined) {
    // A key whose group is not open leads nowhere: memory may be behind.
    state.push(unmoved(groupName(ctx.place, k.row.g), k.group))
  }
  state.push({
    name: groupName(ctx.place, id),
    expect: at,
    value: rowOf(rules, group, full, rowsOf(fresh ? undefined : k.group) + 1),
  })
  const key = keyMove(rules, ctx, k, full === undefined ? (fresh ? id : undefined) : null, id)
  if (key !== undefined) state.push(key)
  if (fresh) {
    const entry: GroupEntry = { k: k.key, g: id }
    const time = full === undefined ? dueAt(rules, group) : ctx.now
    emit.push({ to: 'group', body: entry, at: time, key: rules.key && k.key ? k.key : null, fresh: true })
  } else if (full !== undefined) wake.push(id)
  return {
    done: 'joined',
    state,
    ...(rules.into === undefined && {
      put: [
        {
          name: memberName(ctx.place, id, rowsOf(fresh ? undefined : k.group)),
          expect: 0,
          value: text('the body', body),
        },
      ],
    }),
    ...(emit.length > 0 && { emit }),
    ...(wake.length > 0 && { wake }),
  }
}

/** `to`: the group that is open now; null where none is; undefined where nothing changes. */
const keyMove = (
  rules: DurableRules,
  ctx: NodeContext,
  k: Known,
  to: string | null | undefined,
  id: string,
): StateMove | undefined => {
  if (to === undefined) return undefined
  const name = keyName(ctx.place, k.key)
  const expect = k.at?.version ?? 0
  if (to !== null) return { name, expect, value: { g: to } }
  const closed = closedRow(rules, ctx, id)
  return closed === undefined && expect === 0 ? undefined : { name, expect, value: closed }
}

/** In how many rows the members of a list are. */
export const rowsOf = (at: Stored | undefined): number => {
  const row = valueOf<GroupRow>(at)
  return row === undefined ? 0 : (row.c ?? row.n)
}

/** A group as it is stored; `rows`: in how many rows its members are, where it is a list. */
export const rowOf = (
  rules: DurableRules,
  group: Group<unknown>,
  by: CompletedBy | undefined,
  rows: number,
): Json => ({
  n: group.count,
  ...(rules.into === undefined && rows !== group.count && { c: rows }),
  f: group.first,
  l: group.last,
  ...(rules.into !== undefined && { v: text('what it was folded into', group.value) }),
  ...(by !== undefined && { by }),
})

/** @throws TypeError for what JSON cannot carry. */
export const text = (what: string, value: unknown): JsonText => {
  const s = stringify(value)
  if ('text' in s) return s.text
  throw new TypeError(`${s.path === '' ? what : `${what}: ${s.path}`}: ${s.type} cannot be stored`)
}

/** A new group closes the one that was opened before it. */
const older = (rules: DurableRules, ctx: NodeContext, k: Known): Decision | Warming => {
  const name = newestName(ctx.place)
  return after(stateOf(ctx, [name]), (states) => {
    const at = states[name]
    const last = valueOf<GroupEntry>(at)
    const now: GroupEntry = { k: k.key, g: ctx.idOf('group') }
    const state = [{ name, expect: at?.version ?? 0, value: now as unknown as Json }]
    if (last === undefined || last.k === k.key) return { state }
    return after(known(ctx, last.k), (was) =>
      was.row?.g === last.g
        ? merged({ state }, closing(rules, ctx, was, 'newer'))
        : { state: [...state, unmoved(keyName(ctx.place, last.k), was.at)] },
    )
  })
}

const merged = (a: Decision, b: Decision): Decision => ({
  ...a,
  state: [...(a.state ?? []), ...(b.state ?? [])],
  wake: [...(a.wake ?? []), ...(b.wake ?? [])],
})
