import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  discard,
  decodeWith,
  failure,
  flow,
  type Deployable,
  type Source,
} from '../../src/index.js'
import { whatIf } from '../../src/what-if/index.js'
import { untouched } from './remotes.js'

interface Page {
  readonly uid: string
  readonly title: string
  readonly draft?: boolean
}
const put = untouched<object>('put-site')
const audit = untouched<object>('audit')
const page = (i: number): Page => ({ uid: `p${i}`, title: `Title ${i}` })
const pages = (n: number) => Array.from({ length: n }, (_, i) => ({ raw: page(i), id: `m${i}` }))

const version = (of: (p: Page) => object): Deployable =>
  flow('publish')
    .input<Page>()
    .filter('no draft', (p) => p.draft !== true)
    .to(put.with(of))
    .otherwise(byKind())
const same = version(({ uid, title }) => ({ body: { uid, title } }))

describe('what would be sent otherwise', () => {
  test('is nothing where both versions send the same', async () => {
    const r = await whatIf(same, {
      entries: pages(3),
      against: version(({ uid, title }) => ({ body: { title, uid } })),
    })
    expect([r.messages, r.same, r.different, r.calls.same]).toEqual([3, 3, 0, 3])
    expect(r.text()).toBe('what if "publish": 3 messages: 3 same, 0 different')
  })
  test('is told by message, call and field', async () => {
    const after = version(({ uid, title }) => ({ body: { uid: uid.toUpperCase(), slug: title } }))
    const r = await whatIf(same, { entries: pages(1), against: after })
    const [m] = r.differences
    expect([m!.id, m!.as, m!.calls.length]).toEqual(['m0', 'different', 1])
    expect(m!.calls[0]).toMatchObject({
      as: 'changed',
      before: { target: 'put-site', hop: 'put-site', key: 'm0', effect: 'keyed' },
      changes: [
        { path: 'body.uid', before: 'p0', after: 'P0' },
        { path: 'body.title', before: 'Title 0' },
        { path: 'body.slug', after: 'Title 0' },
      ],
    })
  })
  test('is gathered: what is equal in many messages is told once', async () => {
    const after = version(({ uid, title }) => ({ body: { uid, title }, lang: 'de', at: uid }))
    const entries = pages(412)
    const r = await whatIf(same, { entries, against: after, keep: 2 })
    expect(r.differences).toHaveLength(2)
    expect(r.text()).toBe(
      [
        'what if "publish": 412 messages: 0 same, 412 different',
        '',
        '412 messages: put-site lang',
        '  - (nothing)',
        '  + "de"',
        '',
        '412 messages: put-site at (differing; in m0:)',
        '  - (nothing)',
        '  + "p0"',
      ].join('\n'),
    )
  })
  test('leaves out the places that do not count', async () => {
    const stamped = (at: number) => version(({ uid }) => ({ items: [{ uid, at }], at, atlas: at }))
    const r = await whatIf(stamped(1), {
      entries: pages(1),
      against: stamped(2),
      ignore: ['at', 'items[].at'],
    })
    expect(r.groups.map((g) => g.path)).toEqual(['atlas'])
  })
  test('says which targets are called no more, and which are called too', async () => {
    const more = flow('publish').input<Page>().to(audit).otherwise(byKind())
    const r = await whatIf(same, { entries: pages(2), against: more })
    expect(r.calls).toEqual({ same: 0, changed: 0, onlyBefore: 2, onlyAfter: 2 })
    expect(r.text()).toContain('2 messages: put-site is not called any more')
    expect(r.text()).toContain('2 messages: audit is called too')
  })
  test('pairs the items of a split by their keys, wherever they moved', async () => {
    const rows = (f: (n: number) => number): Deployable =>
      flow('rows')
        .input<readonly number[]>()
        .split(
          'row',
          (ns) => ns,
          put.with((n: number) => ({ n: f(n) })),
        )
        .otherwise(byKind())
    const r = await whatIf(
      rows((n) => n),
      { entries: [{ raw: [1, 2, 3] }], against: rows((n) => (n === 2 ? 20 : n)) },
    )
    expect(r.calls).toEqual({ same: 2, changed: 1, onlyBefore: 0, onlyAfter: 0 })
    expect(r.groups).toMatchObject([{ path: 'n', before: 2, after: 20, uniform: true, messages: 1 }])
  })
})

describe('an end that is another one', () => {
  class Odd extends failure('Odd', 'permanent')<object> {}

  test('is a difference: filtered, dead, discarded', async () => {
    const strict = flow('publish')
      .input<Page>()
      .filter('no draft', (p) => p.draft !== true && p.uid !== 'p1')
      .map('odd', (p) => (p.uid === 'p2' || p.uid === 'p3' ? new Odd({}) : p))
      .on('Odd', discard('odd'))
      .map('thrown', (p) => {
        if (p.uid === 'p4') throw new Error('token=abc is bad')
        return { body: p }
      })
      .to(put)
      .otherwise(deadLetter())
    const r = await whatIf(same, {
      entries: [...pages(5), { raw: { ...page(9), draft: true } }],
      against: strict,
    })
    expect(r.groups.filter((g) => g.as === 'ends').map((g) => [g.messages, g.before, g.after])).toEqual([
      [2, 'delivered', 'discarded'],
      [1, 'delivered', 'filtered'],
      [1, 'delivered', 'dead (StepFailed)'],
    ])
    expect([r.same, r.different]).toEqual([2, 4])
    expect(JSON.stringify(r)).not.toContain('abc')
  })
  test('is a difference where neither version calls anything', async () => {
    const refusing = flow('publish')
      .input<Page>()
      .map('draft', (p) => (p.draft === true ? new Odd({}) : p))
      .to(put)
      .otherwise(deadLetter())
    const r = await whatIf(same, { entries: [{ raw: { ...page(1), draft: true } }], against: refusing })
    expect([r.different, r.differences[0]!.calls]).toEqual([1, []])
    expect(r.text()).toContain('1 message: the end\n  - filtered\n  + dead (Odd)')
  })
  test('is a difference where only one version can decode it', async () => {
    const from = (codec: t.Type<Page>): Deployable => {
      const source: Source<Page> = {
        name: 'hook',
        single: false,
        decode: decodeWith(codec),
        start: () => ({ stop() {} }),
      }
      return flow('publish').from(source).to(put).otherwise(byKind())
    }
    const loose = t.type({ uid: t.string, title: t.string }) as t.Type<Page>
    const tight = t.type({ uid: t.string, title: t.string, draft: t.boolean }) as unknown as t.Type<Page>
    const r = await whatIf(from(loose), { entries: pages(2), against: from(tight) })
    expect(r.text()).toContain('2 messages: the end\n  - delivered\n  + dead (DecodeFailed)')
    expect(r.differences[0]!.ends!.after[0]).toMatchObject({
      as: 'dead',
      tag: 'DecodeFailed',
      hop: 'put-site',
    })
  })
})

describe('many messages', () => {
  test('are read as they are needed, and each is told in order', async () => {
    let open = 0
    let most = 0
    async function* stream() {
      for (let i = 0; i < 250; i++) {
        most = Math.max(most, ++open)
        yield { raw: page(i), id: `m${i}` }
      }
    }
    const ids: string[] = []
    const r = await whatIf(same, {
      entries: stream(),
      against: same,
      batch: 100,
      each: (m) => {
        open--
        ids.push(m.id)
      },
    })
    expect([r.messages, r.same, most]).toEqual([250, 250, 100])
    expect(ids).toEqual(pages(250).map((e) => e.id))
  })
  test('end between two batches when the signal aborts', async () => {
    const stop = new AbortController()
    const run = whatIf(same, {
      entries: pages(300),
      against: same,
      batch: 100,
      signal: stop.signal,
      each: (m) => m.id === 'm150' && stop.abort(new Error('enough')),
    })
    await expect(run).rejects.toThrow('enough')
  })
  test('give the same report each time', async () => {
    const after = version(({ title }) => ({ body: title.length }))
    const run = async () =>
      JSON.stringify(await whatIf(same, { entries: pages(120), against: after, batch: 50 }))
    expect(await run()).toBe(await run())
  })
})

describe('options that make no sense', () => {
  const open = flow('publish').input<Page>() as unknown as Deployable
  test.each<[object, string]>([
    [
      { entries: 'x' },
      'whatIf: entries: expected a list or an async iterable of messages or dead letters, got "x"',
    ],
    [{ against: open }, 'whatIf: against: flow "publish" is open: close it with onError or otherwise'],
    [{ against: 7 }, 'whatIf: against: expected a flow, got number'],
    [{ replies: { pot: 1 } }, 'whatIf: replies: expected names of steps (put-site), got "pot"'],
    [{ flows: {} }, 'whatIf: flows: expected a list of flows, got object'],
    [{ flows: [open] }, 'whatIf: flows: flow "publish" is open'],
    [{ reads: 'fake' }, "whatIf: reads: expected 'stub' or 'real', got \"fake\""],
    [{ batch: 0 }, 'whatIf: batch: expected a whole number of 1 or more, got 0'],
    [{ keep: -1 }, 'whatIf: keep: expected a whole number of 0 or more, got -1'],
    [{ ignore: [''] }, 'whatIf: ignore: expected a list of places'],
    [{ once: [] }, 'whatIf: once: expected an object, got object'],
    [{ now: NaN }, 'whatIf: now: expected epoch milliseconds, got NaN'],
    [{ each: 1 }, 'whatIf: each: expected a function, got 1'],
  ])('%j', async (o, message) => {
    await expect(whatIf(same, { entries: [], against: same, ...o })).rejects.toThrow(message)
  })
})
