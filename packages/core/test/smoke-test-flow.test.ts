import { expect, test } from 'vitest'
import { byKind, createDestination, deadLetter, failure, flow, left, retry, right, target } from '../src/index.js'
import { testFlow } from '../src/testing/index.js'

class Down extends failure('Down', 'transient')<{ n: number }> {}
const site = createDestination({ name: 'site' })
const ok = target<{ n: number }, { ok: boolean }, Down, 'keyed'>({ name: 'a', destination: site, effect: 'keyed', call: () => ({ result: right({ ok: true }), seen: { as: 'ok' } }) })
const pager = target<{ flow: string }, void, never, 'idempotent'>({ name: 'pager', destination: createDestination({ name: 'pager' }), effect: 'idempotent', call: () => ({ result: right(undefined), seen: { as: 'ok' } }) })

test('a day of retries', async () => {
  let fails = 1e9
  const down = target<{ n: number }, { ok: boolean }, Down, 'unsafe'>({ name: 'b', destination: createDestination({ name: 'other', circuit: false }), effect: 'unsafe', call: async (b, c) => {
    if (fails-- > 0) { await c.clock.sleep(100); return { result: left(new Down({ n: fails })), seen: { as: 'failed' } } }
    return { result: right({ ok: true }), seen: { as: 'ok' } } } })
  const f = flow('f').input<{ n: number }>().map('inc', (x) => ({ n: x.n + 1 })).fanOut({ a: ok, b: down }).otherwise(byKind({ transient: retry().orElse(deadLetter().alert(pager as never)) }))
  await using t = testFlow(f)
  const r = await t.send({ n: 1 })
  console.log(r.virtualMs / 36e5, r.dead[0], r.alerts, r.delivered)
  expect(r.pending).toBe(0)
  fails = 0
  const r2 = await t.replay(r.dead[0]!.id)
  expect(r2.delivered.map((d) => d.target)).toEqual(['a', 'b'])
  expect(r2.dead).toEqual([])
  await t.restart()
  const r3 = await t.sendAll([{ n: 2 }, { n: 3 }])
  expect(r3.delivered.length).toBe(6)
})
