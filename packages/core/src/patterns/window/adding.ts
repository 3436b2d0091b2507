import type { Decision, Emission, NodeContext } from '../../flow/node.js'
import { stringify } from '../../message/storable.js'
import { left, right, type Result } from '../../result/result.js'
import { valueOf } from '../group/rows.js'
import { after, stateOf, unmoved, type Warming } from '../group/warming.js'
import { factName, idName, windowName, type WindowEntry, type WindowRow } from './rows.js'
import { closesAt, factOf, forgetsAt, type WindowRules } from './rules.js'
import { TooLate } from './too-late.js'

/** A fact comes: it is kept with its window, once, and makes a result due. */
export const entering =
  (rules: WindowRules) =>
  (body: unknown, ctx: NodeContext): Result<TooLate, Decision> | Warming => {
    const fact = factOf(rules, body, ctx)
    if (ctx.now >= forgetsAt(rules, fact.from))
      return rules.refuse ? left(new TooLate(rules.name, fact.time)) : right({ done: 'discarded' })
    const text = stringify(body)
    if (!('text' in text)) throw new TypeError(`${text.path || 'the body'}: ${text.type} cannot be stored`)
    const window: WindowEntry = { k: fact.key, from: fact.from }
    const name = windowName(ctx.place, window)
    const id = idName(ctx.place, window, fact.id)
    return after(stateOf(ctx, [name, id]), (states) => {
      if (states[id] !== undefined) return right({ done: 'discarded', state: [unmoved(id, states[id])] })
      const at = states[name]
      const row = valueOf<WindowRow>(at) ?? { n: 0, r: 0 }
      const emit: Emission[] = []
      // One entry at a time makes results: the first of a window, or that of the first fact since the last result.
      if (row.n === 0 || row.m === row.n)
        emit.push({
          to: 'window',
          body: window,
          at: Math.max(ctx.now, closesAt(rules, fact.from)),
          key: null,
          fresh: true,
        })
      return right({
        done: 'joined',
        emit,
        state: [
          { name, expect: at?.version ?? 0, value: { ...row, n: row.n + 1 } },
          { name: id, expect: 0, value: row.n },
        ],
        put: [
          {
            name: factName(ctx.place, window, row.n),
            expect: 0,
            value: { t: fact.time, i: fact.id, v: text.text },
          },
        ],
      })
    })
  }
