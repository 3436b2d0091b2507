import assert from 'node:assert/strict'
import { deadLetter, flow, type Deployable } from '../../../src/index.js'
import { correlation } from '../../../src/patterns/correlation.js'
import type { FlowTest, TestOptions } from '../../../src/testing/index.js'
import { given } from '../../cases/support/given.js'
import { fine, inputs } from '../../semantics/remote.js'
import { desk, type Ask, type Translation } from '../await-reply-support.js'

const HOUR = 3_600_000

/** Waits that go on over restarts. */
export const restarts: readonly {
  readonly name: string
  run(t: (flow: Deployable, options?: TestOptions) => FlowTest): Promise<void>
}[] = [
  {
    name: 'a reply is taken hours and restarts later',
    async run(start) {
      const translated = correlation<Translation>('translation')
      const vendor = desk(translated)
      const end = fine<{ readonly reply: Translation }>('end')
      const f = flow('ask')
        .from(given<Ask>())
        .through(translated.wait({ id: (b) => b.job, within: '5h' }))
        .to(end)
        .otherwise(deadLetter())
      await using t = start(f, { flows: [vendor.flow] })
      await t.give({ job: 'a', n: 1 })
      await t.run(1000)
      await t.restart()
      await t.run(2 * HOUR)
      await t.restart({ clean: true })
      await t.run(1000)
      await vendor.told.give({ job: 'a', text: 'salut' })
      await t.restart()
      await t.run(1000)
      assert.deepEqual(
        inputs(end).map((i) => i.reply),
        [{ text: 'salut' }],
      )
    },
  },
  {
    name: 'early replies, late ones and expiry are what they were before the restart',
    async run(start) {
      const translated = correlation<Translation>('translation', { keep: '2h' })
      const vendor = desk(translated)
      const end = fine<{ readonly reply: Translation }>('end')
      const f = flow('ask')
        .from(given<Ask>())
        .through(translated.wait({ id: (b) => b.job, within: '1h' }))
        .to(end)
        .otherwise(deadLetter())
      await using t = start(f, { flows: [vendor.flow] })
      await t.run(0)
      await vendor.told.give({ job: 'early', text: 'early' })
      await t.run(1000)
      await t.restart()
      await t.give({ job: 'early', n: 1 })
      await t.give({ job: 'late', n: 2 })
      await t.run(1000)
      assert.deepEqual(inputs(end).length, 1)
      await t.restart()
      const { dead } = await t.run(1.5 * HOUR)
      assert.deepEqual(
        dead.map((d) => d.error._tag),
        ['AwaitExpired'],
      )
      await vendor.told.give({ job: 'late', text: 'late' })
      await t.run(1000)
      await t.restart()
      await t.runtime.deadLetters.replay([dead[0]!.id])
      await t.run(1000)
      assert.deepEqual(
        inputs(end).map((i) => i.reply.text),
        ['early', 'late'],
      )
      assert.equal((await t.settle()).pending, 0)
    },
  },
]
