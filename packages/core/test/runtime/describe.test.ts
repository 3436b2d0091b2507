import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  deadLetter,
  describe as described,
  discard,
  divert,
  flow,
  memoryJournal,
  mermaid,
  read,
  retry,
  right,
  silentLogger,
  when,
  type Failed,
  type FlowDescription,
} from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { failing, fine, type Bad, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const look = read<Order, Order, never>({
  name: 'look',
  destination: createDestination({ name: 'catalogue' }),
  call: (b) => ({ result: right(b), seen: { as: 'ok' } }),
})
const repair = flow('repair').input<Failed>().to(fine<Failed>('desk')).otherwise(deadLetter())
const publish = flow('publish', { version: 2 })
  .from(orders())
  .filter('wanted', (b) => b.n > 0)
  .via(look)
  .to(failing<Bad>('site', 0))
  .on(
    'Bad',
    when((e: Bad) => e.status === 410, discard('gone'), divert(repair)),
  )
  .delay('later', '5m')
  .fanOut({
    vip: (s) => s.map('to vip', (b) => b).to(fine('put', { effect: 'idempotent' })),
    each: (s) => s.split('lines', (b) => [b], fine('line')),
    pick: (s) => s.choose((c) => c.when('big', (b) => b.n > 9, fine('big')).otherwise(fine('small'))),
  })
  .otherwise(byKind({ transient: retry({ attempts: 3 }) }))

const hop = (d: FlowDescription, name: string) => d.hops.find((h) => h.name === name)

describe('a flow as data', () => {
  const d = described(publish)

  test('names every hop, by what ends it, under the path of its branch', () => {
    expect(d.hops.map((h) => h.name).sort()).toEqual(
      [
        'before site',
        'site',
        'vip/put',
        'each/lines',
        'each/lines/item',
        'pick/choose big',
        'pick/choose big/big',
        'pick/choose big/otherwise',
      ].sort(),
    )
    expect(d).toMatchObject({ flow: 'publish', version: 2, source: 'orders', first: 'before site' })
  })

  test('says what a hop runs, on what, and where messages go from it', () => {
    expect(hop(d, 'before site')).toMatchObject({
      steps: ['orders', 'wanted', 'look'],
      next: [{ hop: 'site' }],
    })
    expect(hop(d, 'site')).toMatchObject({
      effect: 'keyed',
      destination: 'site remote',
      next: [{ hop: 'vip/put' }, { hop: 'each/lines' }, { hop: 'pick/choose big' }],
    })
    expect(hop(d, 'vip/put')).toMatchObject({ steps: ['to vip', 'put'], effect: 'idempotent', next: [] })
    expect(hop(d, 'each/lines')!.next).toEqual([{ hop: 'each/lines/item', label: 'each' }])
    expect(hop(d, 'pick/choose big')!.next).toEqual([
      { hop: 'pick/choose big/big', label: 'big' },
      { hop: 'pick/choose big/otherwise', label: 'otherwise' },
    ])
  })

  test('says which failures go where', () => {
    expect(hop(d, 'site')!.errors).toEqual([
      { tag: 'Bad', to: 'when …: discard (gone); else divert to repair' },
    ])
    expect(d.errors).toEqual([
      {
        tag: '*',
        to: 'transient: retry 3 times, then dead letter; unknown: dead letter; permanent: dead letter; poison: dead letter',
      },
    ])
  })

  test('is JSON, and the same for the same flow', () => {
    expect(JSON.parse(JSON.stringify(d))).toEqual(d)
    expect(described(publish)).toEqual(d)
  })

  test('as Mermaid draws each hop once, solid edges for messages, dashed ones for failures', () => {
    const lines = mermaid(d).split('\n')
    expect(lines[0]).toBe('flowchart LR')
    for (const h of d.hops) expect(lines.filter((l) => l.includes(`<b>${h.name}</b>`))).toHaveLength(1)
    const edges = d.hops.reduce((n, h) => n + h.next.length, 1)
    expect(lines.filter((l) => l.includes('-->'))).toHaveLength(edges)
    expect(lines.filter((l) => l.includes('-.->'))).toHaveLength(3)
    expect(lines.some((l) => l.includes('"orders"'))).toBe(true)
    // Every id that an edge ends at is drawn.
    const drawn = new Set(lines.flatMap((l) => /^ {2}(\w+)[[(]/.exec(l)?.[1] ?? []))
    const ends = lines.flatMap((l) => /(?:-->|-\.->)(?:\|"[^"]*"\|)? (\w+)$/.exec(l)?.[1] ?? [])
    expect(ends.filter((id) => !drawn.has(id))).toEqual([])
  })

  test('quotes in names do not break the drawing', () => {
    const odd = described(
      flow('f')
        .input<Order>()
        .map('say "hi"', (b) => b)
        .to(fine('to "x"'))
        .otherwise(byKind()),
    )
    expect(mermaid(odd)).toContain('say #quot;hi#quot;')
  })

  test('is kept in the journal at start, and changed there when the flow has changed', async () => {
    const clock = virtualClock()
    const journal = memoryJournal({ clock })
    const runtime = createRuntime({ flows: [publish, repair], journal, clock, log: silentLogger })
    await runtime.start()
    const kept = await journal.read(['flow:publish', 'flow:repair'])
    expect(kept['flow:publish']!.value).toEqual(JSON.parse(JSON.stringify(d)))
    expect(kept['flow:repair']!.version).toBe(1)
    await runtime.stop()
  })
})
