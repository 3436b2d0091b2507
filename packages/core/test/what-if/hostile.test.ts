import { expect, test } from 'vitest'
import { byKind, flow, type Deployable, type Json } from '../../src/index.js'
import { whatIf } from '../../src/what-if/index.js'
import { untouched } from './remotes.js'

const mapped = (f: (o: object) => unknown = (o) => o): Deployable =>
  flow('orders').input<object>().map('m', f).to(untouched('put')).otherwise(byKind())

test('entries that cannot be run are left out, by reason, and the others run', async () => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const gone = { id: 'x/gone', flow: 'orders', hop: 'gone', body: {}, at: 1, version: 1, headers: {} }
  const odd = [null, 5, { raw: cyclic }, { raw: 1n }, { raw: () => 1 }, { raw: 1, time: Number.NaN }, gone]
  const r = await whatIf(mapped(), { entries: [...odd, { raw: { n: 1 } }] as never, against: mapped() })
  expect([r.messages, r.same]).toEqual([1, 1])
  expect(r.skipped).toEqual({
    'not an entry, but object': 1,
    'not an entry, but number': 1,
    'its raw input is no JSON': 3,
    'its time is no epoch milliseconds': 1,
    'of hop "gone", which neither version has': 1,
  })
})

test('raw input that is frozen, or has fields named as what objects have of their own, runs', async () => {
  const odd = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Json
  const entries = [{ raw: Object.freeze({ a: Object.freeze([1]) }) }, { raw: odd }]
  const more = mapped((o) => JSON.parse(JSON.stringify(o).replace('"a":', '"b":')) as unknown)
  const r = await whatIf(mapped(), { entries, against: more })
  const paths = r.differences.map((d) =>
    d.calls.map((c) => (c.as === 'changed' ? c.changes.map((x) => x.path).join() : c.as)),
  )
  expect(paths).toEqual([['a,b'], ['__proto__.a,__proto__.b']])
})

test('credentials are masked wherever they are in what is sent', async () => {
  const sending = (secret: string) =>
    mapped((o) => ({
      ...o,
      password: secret,
      token: { value: secret, seen: [secret] },
      auth: [secret],
      note: `called with Bearer ${secret}`,
      url: `https://user:${secret}@site.test/?access_token=${secret}`,
      text: 'x'.repeat(9000) + secret.length,
    }))
  const r = await whatIf(sending('hunter-22'), {
    entries: [{ raw: { n: 1 } }],
    against: sending('hunter-333'),
  })
  expect(JSON.stringify([r, r.text()])).not.toContain('hunter')
  expect(r.groups.map((g) => g.path)).toEqual(['text'])
})

test('what is three hundred levels deep is compared as well', async () => {
  const nested = (inside: Json, levels = 300): Json =>
    Array.from({ length: levels }).reduce<Json>((o) => ({ o }), { password: 'hunter', inside })
  const entries = [{ raw: nested(1) }]
  const r = await whatIf(mapped(), { entries, against: mapped(() => nested(2)) })
  expect(r.different).toBe(1)
  expect(JSON.stringify(r)).not.toContain('hunter')
  expect((await whatIf(mapped(), { entries, against: mapped() })).same).toBe(1)
})

test('a signal and a time that are none are refused by name', async () => {
  const o = { entries: [], against: mapped() }
  await expect(whatIf(mapped(), { ...o, signal: {} as never })).rejects.toThrow(
    'whatIf: signal: expected an AbortSignal, got object',
  )
  await expect(whatIf(mapped(), { ...o, now: 1e300 })).rejects.toThrow(
    'whatIf: now: expected epoch milliseconds, got 1e+300',
  )
})
