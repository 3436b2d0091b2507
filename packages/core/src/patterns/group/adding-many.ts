import type { Decision, Emission, NodeContext } from '../../flow/node.js'
import type { Tagged } from '../../failure/failure.js'
import type { JsonText } from '../../message/json.js'
import type { StateMove, Stored } from '../../ports/journal.js'
import { left, right, type Result } from '../../result/result.js'
import { keyOf, rowOf, rowsOf, text } from './adding.js'
import { closedRow } from './closing.js'
import type { DurableRules } from './durable-rules.js'
import { dueAt, take } from './engine.js'
import { GroupClosed } from './group-closed.js'
import type { CompletedBy, Group } from './joined.js'
import { KeyMissing } from './key-missing.js'
import { groupName, groupOf, keyName, memberName, valueOf } from './rows.js'
import type { GroupEntry, GroupRow, KeyRow } from './rows.js'
import { after, stateOf, unmoved, type Warming } from './warming.js'

type Decided = Result<Tagged, Decision>

/** A group that is open while the items of a message are added. `at`: its state; undefined when the message opened it. */
interface Open {
  readonly id: string
  readonly suffix: string | undefined
  readonly at: Stored | undefined
  readonly group: Group<unknown>
  /** What the message adds to a list: one row, however much it is. */
  readonly texts: JsonText[]
}

/** A key of which the message has items. */
interface Touched {
  readonly key: string
  readonly at: Stored | undefined
  open: Open | undefined
  /** The group that was complete last: one of these items did it. */
  closed: string | undefined
  /** Until when the key is closed, if it is. */
  until: number | undefined
}

/** A message comes with many items: all of them are added in one commit, or none. */
export const enteringMany =
  (rules: DurableRules, each: (body: unknown, ctx: NodeContext) => Iterable<unknown>) =>
  (body: unknown, ctx: NodeContext): Decided | Warming => {
    const items: (readonly [key: string, item: unknown])[] = []
    for (const item of each(body, ctx)) {
      const key = keyOf(rules, item, ctx)
      if (key !== undefined) items.push([key, item])
      else if (rules.withoutKey === 'fail') return left(new KeyMissing(rules.name))
    }
    const keys = [...new Set(items.map(([key]) => key))]
    return after(
      stateOf(
        ctx,
        keys.map((key) => keyName(ctx.place, key)),
      ),
      (rows) => {
        const ids = keys.flatMap((key) => {
          const row = valueOf<KeyRow>(rows[keyName(ctx.place, key)])
          return row === undefined || row.until !== undefined ? [] : [groupName(ctx.place, row.g)]
        })
        return after(stateOf(ctx, ids), (groups): Decided => {
          const adding = new Adding(rules, ctx, { ...rows, ...groups })
          for (const [key, item] of items) {
            const refused = adding.add(key, item)
            if (refused !== undefined) return left(refused)
          }
          return right(adding.decision())
        })
      },
    )
  }

class Adding {
  readonly #rules: DurableRules
  readonly #ctx: NodeContext
  readonly #states: Readonly<Record<string, Stored>>
  readonly #touched = new Map<string, Touched>()
  readonly #state: StateMove[] = []
  readonly #put: StateMove[] = []
  readonly #emit: Emission[] = []
  readonly #wake: string[] = []
  #opened = 0

  constructor(rules: DurableRules, ctx: NodeContext, states: Readonly<Record<string, Stored>>) {
    this.#rules = rules
    this.#ctx = ctx
    this.#states = states
  }

  add(key: string, item: unknown): GroupClosed | undefined {
    const rules = this.#rules
    const { now } = this.#ctx
    const t = this.#touch(key)
    if (rules.late !== undefined && t.until !== undefined && now < t.until)
      return rules.late.refuse ? new GroupClosed(rules.name, key) : undefined
    const { ended, group, fresh, full } = take(rules, t.open?.group, key, item, now, this.#ctx)
    if (ended !== undefined) this.#complete(t, t.open!, ended)
    const open = (t.open = fresh ? this.#open(group) : { ...t.open!, group })
    if (rules.into === undefined) open.texts.push(text('an item', item))
    if (full === undefined) return undefined
    this.#complete(t, open, full)
    t.open = undefined
    t.until = rules.late === undefined ? undefined : now + rules.late.ms
    return undefined
  }

  decision(): Decision {
    for (const t of this.#touched.values()) {
      if (t.open !== undefined) this.#write(t.key, t.open, undefined)
      const was = valueOf<KeyRow>(t.at)
      const name = keyName(this.#ctx.place, t.key)
      const expect = t.at?.version ?? 0
      if (t.open !== undefined) {
        if (was?.g !== t.open.id) this.#state.push({ name, expect, value: { g: t.open.id } })
      } else if (t.closed !== undefined) {
        const value = closedRow(this.#rules, this.#ctx, t.closed)
        if (value !== undefined || expect !== 0) this.#state.push({ name, expect, value })
      }
    }
    return { done: 'joined', state: this.#state, put: this.#put, emit: this.#emit, wake: this.#wake }
  }

  #touch(key: string): Touched {
    const known = this.#touched.get(key)
    if (known !== undefined) return known
    const at = this.#states[keyName(this.#ctx.place, key)]
    const row = valueOf<KeyRow>(at)
    const t: Touched = { key, at, open: undefined, closed: undefined, until: row?.until }
    if (row !== undefined && row.until === undefined) {
      const name = groupName(this.#ctx.place, row.g)
      const group = valueOf<GroupRow>(this.#states[name])
      if (group === undefined || group.by !== undefined) this.#state.push(unmoved(name, this.#states[name]))
      else
        t.open = {
          id: row.g,
          suffix: undefined,
          at: this.#states[name],
          group: groupOf(key, group),
          texts: [],
        }
    }
    this.#touched.set(key, t)
    return t
  }

  #open(group: Group<unknown>): Open {
    const suffix = String(this.#opened++)
    return { id: this.#ctx.idOf('group', suffix), suffix, at: undefined, group, texts: [] }
  }

  #complete(t: Touched, open: Open, by: CompletedBy): void {
    this.#write(t.key, open, by)
    t.closed = open.id
  }

  #write(key: string, { id, suffix, at, group, texts }: Open, by: CompletedBy | undefined): void {
    const rules = this.#rules
    const { place, now } = this.#ctx
    const rows = rowsOf(at)
    const value = rowOf(rules, group, by, texts.length === 0 ? rows : rows + 1)
    this.#state.push({ name: groupName(place, id), expect: at?.version ?? 0, value })
    if (texts.length > 0) this.#put.push({ name: memberName(place, id, rows), expect: 0, value: texts })
    if (suffix !== undefined) {
      const entry: GroupEntry = { k: key, g: id, s: suffix }
      const due = by === undefined ? dueAt(rules, group) : now
      const of = rules.key !== undefined && key !== '' ? key : null
      this.#emit.push({ to: 'group', suffix, body: entry, at: due, key: of, fresh: true })
    } else if (by !== undefined) this.#wake.push(id)
  }
}
