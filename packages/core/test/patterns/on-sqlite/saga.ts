import assert from 'node:assert/strict'
import type { Deployable } from '../../../src/index.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { Down } from '../../semantics/remote.js'
import { booking, refusing } from '../saga-support.js'

/** Sagas that go on over restarts. */
export const restarts: readonly {
  readonly name: string
  run(t: (flow: Deployable, options?: TestOptions) => FlowTest): Promise<void>
}[] = [0, 500, 1500, 3500, 4500].map((ms) => ({
  name: `a saga repeats no step and no compensation when it is killed ${ms} ms after it began`,
  async run(start) {
    const once = (): Down => new Down({})
    const b = booking({ hotel: refusing(1, once), car: refusing(9), 'no hotel': refusing(2, once) })
    await using t = start(b.flow)
    await t.give({ to: 'Oslo' })
    await t.run(ms)
    await t.restart()
    const r = await t.settle()
    assert.deepEqual(b.log, [
      'flight',
      'hotel',
      'hotel',
      'car',
      'no hotel',
      'no hotel',
      'no hotel',
      'no flight',
    ])
    assert.deepEqual(
      r.dead.map((d) => [d.error._tag, d.error['undone']]),
      [['SagaFailed', ['hotel', 'flight']]],
    )
    assert.equal(r.pending, 0)
  },
}))
