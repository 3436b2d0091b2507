import type { NodeContext } from '../../flow/node.js'
import type { Stored } from '../../ports/journal.js'
import { groupName, keyName, valueOf, type KeyRow } from './rows.js'
import { after, stateOf, type Warming } from './warming.js'

/** What is stored of a key: its row, and the row of the group that is open. */
export interface Known {
  readonly key: string
  readonly at: Stored | undefined
  readonly row: KeyRow | undefined
  readonly group: Stored | undefined
}

export const known = (ctx: NodeContext, key: string): Known | Warming => {
  const name = keyName(ctx.place, key)
  return after(stateOf(ctx, [name]), (states) => {
    const at = states[name]
    const row = valueOf<KeyRow>(at)
    if (row === undefined || row.until !== undefined) return { key, at, row, group: undefined }
    const of = groupName(ctx.place, row.g)
    return after(stateOf(ctx, [of]), (s): Known => ({ key, at, row, group: s[of] }))
  })
}
