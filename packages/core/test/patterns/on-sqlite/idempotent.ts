import assert from 'node:assert/strict'
import { deadLetter, flow, type Deployable, type Tagged } from '../../../src/index.js'
import { idempotent, type Received } from '../../../src/patterns/idempotent.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { given } from '../../cases/support/given.js'
import { Cut, fine, inputs, remote, type Order, type Remote } from '../../semantics/remote.js'

const once = (effect: Remote<Order, Tagged>, end: Remote<Received<Order, unknown>, never>): Deployable =>
  flow('f')
    .from(given<Order>())
    .through(idempotent('once', { key: (b) => b.key!, window: '1h' }, effect))
    .to(end)
    .otherwise(deadLetter())

/** Keys that are known over restarts. */
export const restarts: readonly {
  readonly name: string
  run(t: (flow: Deployable, options?: TestOptions) => FlowTest): Promise<void>
}[] = [
  {
    name: 'a repeat is answered with the reply from before the restart, until the window is over',
    async run(start) {
      const effect = remote<never>('effect', (_o, _ctx, nth) => ({ nth }))
      const end = fine<Received<Order, unknown>>('end')
      await using t = start(once(effect, end))
      for (const wait of [1000, 1000, 3_700_000, 1000]) {
        await t.give({ n: 1, key: 'k' })
        await t.run(wait)
        await t.restart()
      }
      assert.deepEqual(
        inputs(end).map((i) => [i.reply, i.repeat]),
        [
          [{ nth: 1 }, false],
          [{ nth: 1 }, true],
          [{ nth: 1 }, true],
          [{ nth: 2 }, false],
        ],
      )
    },
  },
  {
    name: 'a key is in doubt after the restart as before it',
    async run(start) {
      const effect = remote<Tagged>('effect', () => new Cut({}), { effect: 'unsafe' })
      await using t = start(once(effect, fine<Received<Order, unknown>>('end')))
      await t.give({ n: 1, key: 'k' })
      await t.run(1000)
      await t.restart()
      await t.give({ n: 2, key: 'k' })
      const { dead } = await t.run(1000)
      assert.deepEqual(
        dead.map((d) => d.error._tag),
        ['OutcomeUnknown', 'OutcomeUnknown'],
      )
      assert.equal(effect.calls.length, 1)
    },
  },
]
