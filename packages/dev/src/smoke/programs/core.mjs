// Uses @xconnector/core as installed: a flow with a target that fails once, on the virtual clock.
import assert from 'node:assert/strict'
import { byKind, createDestination, failure, flow, left, right, target } from '@xconnector/core'
import { taskOf } from '@xconnector/core/fp'
import { testFlow } from '@xconnector/core/testing'

const Busy = failure('Busy', 'transient')
const seen = []
const keep = target({
  name: 'keep',
  destination: createDestination({ name: 'shelf' }),
  effect: 'idempotent',
  call(body, ctx) {
    if (ctx.attempt === 1) return { result: left(new Busy('not yet', {})), seen: { as: 'refused' } }
    seen.push(body)
    return { result: right(undefined), seen: { as: 'ok' } }
  },
})
const double = flow('double')
  .input()
  .map('twice', ({ n }) => ({ n: n * 2 }))

const test = testFlow(double.to(keep).otherwise(byKind()))
try {
  const report = await test.send({ n: 21 })
  assert.deepEqual(seen, [{ n: 42 }])
  assert.deepEqual([report.delivered.length, report.dead.length, report.pending], [1, 0, 0])
} finally {
  await test.stop()
}
assert.deepEqual(await taskOf(double)({ n: 1 })(), { _tag: 'Right', right: { n: 2 } })
console.log('works')
