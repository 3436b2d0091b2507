import type { Decision, Emission, NodeContext } from '../../flow/node.js'
import type { Stored } from '../../ports/journal.js'
import { right, type May, type Result } from '../../result/result.js'
import { valueOf } from '../group/rows.js'
import { after, stateOf, unmoved, type Warming } from '../group/warming.js'
import { factName, idName, windowName } from './rows.js'
import type { FactRow, WindowEntry, WindowRow } from './rows.js'
import { forgetsAt, type WindowRules } from './rules.js'
import type { Windowed } from './windowed.js'

type Concluded = Result<never, Decision>

/** Facts that are read at once. */
const PAGE = 1000

/** After so many milliseconds facts are looked for again whose commits are on their way. */
const SOON = 10

/** A result of a window is due: made of all its facts, in the order of their times, whenever they came. */
export const concluding =
  (rules: WindowRules) =>
  (window: WindowEntry, ctx: NodeContext): May<Concluded> | Warming => {
    const name = windowName(ctx.place, window)
    return after(stateOf(ctx, [name]), (states) => {
      const at = states[name]
      const row = valueOf<WindowRow>(at)
      if (at === undefined || row === undefined || row.m === row.n)
        return right({ done: 'discarded', state: [unmoved(name, at)] })
      return facts(ctx, window, row.n).then((found) => {
        if (found === undefined) return right({ again: ctx.now + SOON, state: [unmoved(name, at)] })
        const emit: Emission[] = [
          {
            to: 'next',
            body: result(rules, window, row, found, ctx),
            key: keyOf(rules, window),
            fresh: true,
          },
        ]
        if (row.m === undefined)
          emit.push({
            to: 'forget',
            body: window,
            at: forgetsAt(rules, window.from),
            key: null,
            fresh: true,
            aside: true,
          })
        const value = { n: row.n, m: row.n, r: row.r + 1 }
        return right({ done: 'joined', emit, state: [{ name, expect: at.version, value }] })
      })
    })
  }

const keyOf = (rules: WindowRules, { k }: WindowEntry): string | null => (rules.key === undefined ? null : k)

const result = (
  rules: WindowRules,
  { k, from }: WindowEntry,
  row: WindowRow,
  found: readonly FactRow[],
  ctx: NodeContext,
): Windowed<unknown> => {
  const bodies = found.toSorted(byTime).map(({ v }) => JSON.parse(v) as unknown)
  const { into } = rules
  const [first, ...rest] = bodies
  const value =
    into === undefined ? bodies : rest.reduce((sum, body) => into.add(sum, body, ctx), into.start(first, ctx))
  return { key: k, from, to: from + rules.size, value, count: row.n, revision: row.r }
}

const byTime = (a: FactRow, b: FactRow): number => a.t - b.t || (a.i < b.i ? -1 : 1)

/** All facts of a window; undefined while some are not written yet. */
const facts = async (
  ctx: NodeContext,
  window: WindowEntry,
  n: number,
): Promise<readonly FactRow[] | undefined> => {
  const names = Array.from({ length: n }, (_, i) => factName(ctx.place, window, i))
  const found = await loaded(ctx, names)
  const all: FactRow[] = []
  for (const name of names) {
    const fact = valueOf<FactRow>(found[name])
    if (fact === undefined) return undefined
    all.push(fact)
  }
  return all
}

/** The time of late facts is over: everything about a window is removed. */
export const forgetting = (window: WindowEntry, ctx: NodeContext): May<Concluded> | Warming => {
  const name = windowName(ctx.place, window)
  return after(stateOf(ctx, [name]), (states) => {
    const at = states[name]
    const row = valueOf<WindowRow>(at)
    if (at === undefined || row === undefined) return right({ done: 'discarded', state: [unmoved(name, at)] })
    return facts(ctx, window, row.n).then(async (found) => {
      // A result that is due goes first.
      if (found === undefined || row.m !== row.n)
        return right({ again: ctx.now + SOON, state: [unmoved(name, at)] })
      const ids = found.map(({ i }) => idName(ctx.place, window, i))
      const marks = await loaded(ctx, ids)
      return right({
        state: [
          { name, expect: at.version, value: undefined },
          ...ids.map((id) => ({ name: id, expect: marks[id]?.version ?? 0, value: undefined })),
        ],
        put: found.map((_, i) => ({ name: factName(ctx.place, window, i), expect: 1, value: undefined })),
      })
    })
  })
}

/** State by name as the journal has it, so many at once. */
const loaded = async (
  ctx: NodeContext,
  names: readonly string[],
): Promise<Readonly<Record<string, Stored>>> => {
  const all: Record<string, Stored> = {}
  for (let from = 0; from < names.length; from += PAGE)
    Object.assign(all, await ctx.load(names.slice(from, from + PAGE)))
  return all
}
