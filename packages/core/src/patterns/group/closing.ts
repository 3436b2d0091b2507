import type { Decision, NodeContext } from '../../flow/node.js'
import type { Json } from '../../message/json.js'
import type { DurableRules } from './durable-rules.js'
import type { CompletedBy } from './joined.js'
import type { Known } from './known.js'
import { unmoved } from './warming.js'
import { groupName, keyName, type GroupRow } from './rows.js'

/** Completes the open group of a key: what its own entry, which is woken, finds. Without one: that there is none. */
export const closing = (rules: DurableRules, ctx: NodeContext, k: Known, by: CompletedBy): Decision => {
  const { row, at, group } = k
  const name = keyName(ctx.place, k.key)
  if (row === undefined || row.until !== undefined || at === undefined) return { state: [unmoved(name, at)] }
  const was = group?.value as unknown as GroupRow | undefined
  if (group === undefined || was === undefined || was.by !== undefined)
    return { state: [unmoved(name, at), unmoved(groupName(ctx.place, row.g), group)] }
  return {
    state: [
      { name: groupName(ctx.place, row.g), expect: group.version, value: { ...was, by } },
      { name, expect: at.version, value: closedRow(rules, ctx, row.g) },
    ],
    wake: [row.g],
  }
}

/** What a key's row becomes when its group is complete: nothing, unless it is remembered as closed. */
export const closedRow = (rules: DurableRules, ctx: NodeContext, g: string): Json | undefined =>
  rules.late === undefined ? undefined : { g, until: ctx.now + rules.late.ms }
