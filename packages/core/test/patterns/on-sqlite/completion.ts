import assert from 'node:assert/strict'
import { deadLetter, flow, type Deployable } from '../../../src/index.js'
import { completion } from '../../../src/patterns/completion.js'
import type { PartEnded } from '../../../src/patterns/completion-node.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { given } from '../../cases/support/given.js'
import { failing, fine, inputs, remote, Bad, type Order } from '../../semantics/remote.js'

/** Ends that are told over restarts. */
export const restarts: readonly {
  readonly name: string
  run(t: (flow: Deployable, options?: TestOptions) => FlowTest): Promise<void>
}[] = [0, 1000, 2500].map((ms) => ({
  name: `hooks are told once of a good end and of a bad one when killed ${ms} ms after the message came`,
  async run(start) {
    for (const good of [true, false]) {
      const always = fine<PartEnded<Order, Order>>('always')
      const slow = remote<never>('slow', (_o, ctx) => ctx.clock.sleep(1500))
      const work = good ? fine('work') : failing<Bad>('work', 9, () => new Bad({}))
      const f = flow(`f ${good}`)
        .from(given<Order>())
        .through(completion('c', (s) => s.to(slow).to(work), { always }))
        .otherwise(deadLetter())
      await using t = start(f)
      await t.give({ n: 1 })
      await t.run(ms)
      await t.restart()
      const r = await t.settle()
      assert.deepEqual(
        inputs(always).map((e) => e.as),
        [good ? 'done' : 'failed'],
      )
      assert.equal(r.pending, 0)
    }
  },
}))
