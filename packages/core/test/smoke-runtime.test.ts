import { expect, test } from 'vitest'
import { flow, memoryJournal, createRuntime, createDestination, target, right, left, byKind, retry, deadLetter, failure, type Source, type Intake, type Json } from '../src/index.js'

class Down extends failure('Down', 'transient')<{ n: number }> {}
test('webhook in, two targets out', async () => {
  let intake!: Intake
  const src: Source<{ n: number }> = { name: 'src', single: false, decode: (raw) => right(raw as { n: number }), start: (i) => { intake = i; return { stop() {} } } }
  const got: unknown[] = []
  let fails = 2
  const site = createDestination({ name: 'site' })
  const a = target<{ n: number }, { ok: boolean }, never, 'keyed'>({ name: 'a', destination: site, effect: 'keyed', call: (b, c) => { got.push(['a', b, c.key.split('/')[1], c.attempt]); return { result: right({ ok: true }), seen: { as: 'ok' } } } })
  const b = target<{ n: number }, { ok: boolean }, Down, 'unsafe'>({ name: 'b', destination: createDestination({ name: 'other' }), effect: 'unsafe', call: async (b, c) => {
    if (fails-- > 0) return { result: left(new Down({ n: fails })), seen: { as: 'refused' } }
    got.push(['b', b, c.key.split('/')[1], c.attempt]); return { result: right({ ok: true }), seen: { as: 'ok' } } } })
  const f = flow('f').from(src, { key: (x) => String(x.n) }).filter('pos', (x) => x.n > 0).map('inc', (x) => ({ n: x.n + 1 })).fanOut({ a, b: b.with((x) => ({ n: x.n * 10 })) }).otherwise(byKind({ transient: retry({ initial: '10ms' }).orElse(deadLetter()) }))
  const rt = createRuntime({ flows: [f], journal: memoryJournal() })
  await rt.start()
  const r = await intake.accept([{ raw: { n: 1 } as Json, type: 't', undecodable: 'refuse' }, { raw: { n: 0 } as Json, type: 't', undecodable: 'refuse' }])
  expect(r.map((x) => x.as)).toEqual(['accepted', 'accepted'])
  await expect.poll(() => got.length).toBe(2)
  await expect.poll(() => rt.idle).toBe(true)
  expect(got).toEqual([['a', { n: 2 }, 'a', 1], ['b', { n: 20 }, 'b', 3]])
  console.log(await rt.counts(), rt.health())
  await rt.stop()
})
