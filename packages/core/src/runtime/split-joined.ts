import { StepFailed } from '../failure/step-failed.js'
import { left, right } from '../result/result.js'
import { openItems } from '../run/items.js'
import { tooMany } from '../run/split.js'
import { entryOf, type Sending } from './emit.js'
import { delivered, type Ended } from './ending.js'
import type { Trial } from './judge.js'
import type { SplitEnd } from './split.js'
import { itemEmitter } from './split-items.js'

/** Splits a body into items whose replies are joined: in one commit, for the join must know all of them by name. */
export const splitJoined = async (t: Trial, end: SplitEnd, body: unknown): Promise<Ended> => {
  const { origin, ctx } = t
  const { max } = end.settings
  const items: unknown[] = []
  let open: ReturnType<typeof openItems> | undefined
  try {
    open = openItems(await end.each(body, ctx))
    for (;;) {
      const next = open.next()
      const { done, value } = next instanceof Promise ? await next : next
      if (done === true) break
      if (items.length === max) throw tooMany(end.line.name, max)
      items.push(value)
    }
  } catch (thrown) {
    open?.close()
    const failure = thrown instanceof StepFailed ? thrown : new StepFailed(end.line.name, thrown)
    return left({ line: end.line, failure })
  }
  const out: Sending = { entries: [] }
  const { hop, settle } = end.join!
  const expect = items.map((_, i) => String(i))
  const join = entryOf(origin, hop, 'null', { join: { expect, settle } })
  out.entries.push(join)
  const emitItem = itemEmitter(t, end, out, join.id)
  for (const [index, item] of items.entries()) {
    const bad = emitItem({ index, row: item, item }, items.length, index + 1 === items.length)
    if (bad !== undefined) return left({ line: end.line, failure: bad })
  }
  return right(delivered(t, out))
}
