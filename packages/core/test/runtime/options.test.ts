import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  deadLetter,
  divert,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  silentLogger,
  type AlertTarget,
  type Capabilities,
  type Deployable,
  type Failed,
  type Journal,
} from '../../src/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { fine, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const ok = (name = 'f'): Deployable => flow(name).input<Order>().to(fine('to')).otherwise(byKind())
const make = (o: object): unknown => createRuntime({ flows: [ok()], journal: memoryJournal(), ...o })
const said = (f: () => unknown): string => {
  try {
    f()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TypeError)
    return (thrown as Error).message
  }
  return 'nothing was thrown'
}

describe('options of a flow that make no sense', () => {
  test('no name, or one that could not be part of an id', () => {
    for (const name of ['', '  ', 'a/b', 'a\nb', undefined, 7]) {
      expect(said(() => flow(name as string))).toMatch(/^flow: expected a name: .*not empty.*got/)
      expect(
        said(() =>
          flow('f')
            .input<Order>()
            .map(name as string, (b) => b),
        ),
      ).toMatch(/^map: expected a name/)
      expect(
        said(() =>
          flow('f')
            .input<Order>()
            .durable(name as string),
        ),
      ).toMatch(/^durable: expected a name/)
    }
  })

  test('a version that is no whole number of 1 or more', () => {
    for (const version of [0, -1, 1.5, NaN, '2'])
      expect(said(() => flow('f', { version: version as number }))).toBe(
        `flow "f": version: expected a whole number of 1 or more, got ${version}`,
      )
  })

  test('a step without a function', () => {
    const f = flow('f').input<Order>()
    const none = undefined as never
    expect(said(() => f.map('m', none))).toBe('map "m": expected a function, got undefined')
    expect(said(() => f.filter('m', none))).toBe('filter "m": expected a function, got undefined')
    expect(said(() => f.tap('m', 7 as never))).toBe('tap "m": expected a function, got number')
    expect(said(() => f.recover('X' as never, none))).toBe('recover "X": expected a function, got undefined')
    expect(said(() => f.split('s', none, fine('to')))).toBe(
      'split "s": each: expected a function, got undefined',
    )
    expect(said(() => f.choose((c) => c.when('w', none, fine('a')).otherwise(fine('b'))))).toMatch(
      /when "w": expected a function/,
    )
  })

  test('a step or target that is none', () => {
    const f = flow('f').input<Order>()
    expect(said(() => f.to(undefined as never))).toMatch(/^to: expected a target/)
    expect(said(() => f.via({} as never))).toMatch(/^via: expected a step/)
    expect(said(() => f.fanOut({ a: undefined as never }))).toMatch(/^fanOut: branch "a": expected/)
  })

  test('a fan-out without branches', () => {
    expect(said(() => flow('f').input<Order>().fanOut({}))).toBe(
      'flow "f": fanOut: expected at least one branch',
    )
  })

  test('durations that are none', () => {
    const f = flow('f').input<Order>()
    for (const d of ['', '5', '-1s', '1 s', '1w', 'soon', 30, undefined, null])
      expect(said(() => f.delay('wait', d as never))).toMatch(
        /^delay "wait": expected a duration like '30s' or '24h', got/,
      )
    expect(said(() => retry({ initial: 'x' as never }))).toMatch(/^retry: initial: expected a duration/)
    expect(said(() => retry({ max: '-5m' as never }))).toMatch(/^retry: max: expected a duration/)
    expect(said(() => retry({ upTo: '1y' as never }))).toMatch(/^retry: upTo: expected a duration/)
    expect(said(() => retry({ delays: ['1s', 'x' as never] }))).toMatch(/^retry: delays: expected a duration/)
  })

  test('schedules that are none', () => {
    expect(said(() => retry({ attempts: 0 }))).toBe(
      'retry: attempts: expected a whole number of 1 or more, got 0',
    )
    expect(said(() => retry({ attempts: 1.5 }))).toBe(
      'retry: attempts: expected a whole number of 1 or more, got 1.5',
    )
    expect(said(() => retry({ factor: 0.5 }))).toBe('retry: factor: expected a number of 1 or more, got 0.5')
    expect(said(() => retry({ factor: NaN }))).toBe('retry: factor: expected a number of 1 or more, got NaN')
    expect(said(() => retry({ initial: '0s' }))).toBe(
      'retry: initial: expected a duration longer than nothing, got 0s',
    )
    expect(said(() => retry({ delays: [] }))).toBe('retry: delays: expected at least one duration')
    expect(said(() => retry({ jitter: 'some' as never }))).toMatch(
      /^retry: jitter: expected 'full' or 'none'/,
    )
  })

  test('what accept is asked for', () => {
    const f = (o: object) => flow('f').from(orders(), o)
    expect(said(() => f({ deadline: 'soon' }))).toMatch(/^flow "f": deadline: expected a duration/)
    expect(said(() => f({ window: '-1h' }))).toMatch(/^flow "f": window: expected a duration/)
    expect(said(() => f({ key: 'id' }))).toBe('flow "f": key: expected a function, got string')
    expect(said(() => f({ dedupe: 'id' }))).toBe('flow "f": dedupe: expected a function, got string')
    expect(said(() => f({ latest: { key: () => 'k' } }))).toBe(
      'flow "f": latest.version: expected a function, got undefined',
    )
    expect(said(() => flow('f').from(undefined as never))).toMatch(
      /^flow "f": from: expected a source, .*got undefined/,
    )
  })

  test('a choice without an otherwise', () => {
    const f = flow('f').input<Order>()
    expect(said(() => f.choose((c) => c.when('w', () => true, fine('a')) as never))).toBe(
      'flow "f": choose: expected it to end with otherwise(branch)',
    )
  })
})

describe('options of a runtime that make no sense', () => {
  test('flows: none, what is no flow, an open flow, two of one name', () => {
    expect(said(() => make({ flows: [] }))).toBe(
      'createRuntime: flows: expected at least one closed flow, got 0 of them',
    )
    expect(said(() => make({ flows: undefined }))).toMatch(
      /^createRuntime: flows: expected at least one closed flow, got undefined/,
    )
    expect(said(() => make({ flows: [{ name: 'x', closed: true }] }))).toBe(
      'createRuntime: flows: expected flows made by flow(name)',
    )
    expect(said(() => make({ flows: [undefined] }))).toBe(
      'createRuntime: flows: expected flows made by flow(name)',
    )
    expect(said(() => make({ flows: [flow('f').input<Order>().to(fine('to'))] }))).toBe(
      'createRuntime: flow "f" is open: close it with onError or otherwise',
    )
    expect(said(() => make({ flows: [ok(), ok()] }))).toBe('createRuntime: flows: two flows are named "f"')
    const one = ok()
    expect(said(() => make({ flows: [one, one] }))).toBe('createRuntime: flows: two flows are named "f"')
  })

  test('two hops of one name, with the remedy', () => {
    const f = flow('f').input<Order>().to(fine('to')).to(fine('to')).otherwise(byKind())
    expect(said(() => make({ flows: [f] }))).toBe(
      'flow "f": two hops are named "to"; give one of the targets a name: .to(target, { name })',
    )
    const named = flow('f')
      .input<Order>()
      .to(fine('to'))
      .to(fine('to'), { name: 'again' })
      .otherwise(byKind())
    expect(said(() => make({ flows: [named] }))).toBe('nothing was thrown')
  })

  test('a divert to a flow that is not deployed', () => {
    const repair = flow('repair').input<Failed>().to(fine<Failed>('desk')).otherwise(deadLetter())
    const routes = [divert(repair), retry().orElse(divert(repair)), byKind({ poison: divert(repair) })]
    for (const route of routes) {
      const f = flow('f').input<Order>().to(fine('to')).otherwise(route)
      expect(said(() => make({ flows: [f] }))).toBe(
        'createRuntime: flow "f" diverts to "repair", which is not among flows',
      )
      expect(said(() => make({ flows: [f, repair] }))).toBe('nothing was thrown')
    }
  })

  test('a divert to a flow that would decode what failed with a source of its own', () => {
    const repair = flow('repair').from(orders()).to(fine('desk')).otherwise(deadLetter())
    const f = flow('f').input<Order>().to(fine('to')).otherwise(divert(repair))
    expect(said(() => make({ flows: [f, repair] }))).toBe(
      'createRuntime: flow "f" diverts to "repair", which has a source of its own; ' +
        'divert to a flow that begins with input<Failed>()',
    )
  })

  test('two alert targets of one name', () => {
    const pager = () => fine<never>('pager') as unknown as AlertTarget
    const f = flow('f')
      .input<Order>()
      .to(fine('to'))
      .otherwise(byKind({ permanent: deadLetter().alert(pager()), poison: deadLetter().alert(pager()) }))
    expect(said(() => make({ flows: [f] }))).toBe('createRuntime: two alert targets are named "pager"')
  })

  test('renamed to a hop that is none, or from one that still is', () => {
    const f = (renamed: Record<string, string>) =>
      flow('f', { renamed }).input<Order>().to(fine('to')).otherwise(byKind())
    expect(said(() => make({ flows: [f({ old: 'nowhere' })] }))).toBe(
      'flow "f": renamed: "old" to "nowhere", but it has no such hop; its hops: to',
    )
    expect(said(() => make({ flows: [f({ to: 'to' })] }))).toBe(
      'flow "f": renamed: "to" is still the name of a hop',
    )
  })

  test('numbers', () => {
    for (const n of [0, -1, 1.5, NaN, Infinity, '5']) {
      expect(said(() => make({ concurrency: { total: n } }))).toBe(
        `createRuntime: concurrency.total: expected a whole number of 1 or more, got ${typeof n === 'string' ? JSON.stringify(n) : n}`,
      )
      expect(said(() => make({ concurrency: { perHop: n } }))).toMatch(
        /^createRuntime: concurrency\.perHop: expected a whole number/,
      )
      expect(said(() => make({ concurrency: { hops: { 'f/to': n } } }))).toMatch(
        /^createRuntime: concurrency\.hops\.f\/to: expected a whole/,
      )
      expect(said(() => make({ maxPending: n }))).toMatch(
        /^createRuntime: maxPending: expected a whole number/,
      )
      expect(said(() => createDestination({ name: 'd', concurrency: n as number }))).toMatch(
        /^destination "d": concurrency: expected a whole/,
      )
    }
  })

  test('a limit of a hop that is none of the flows', () => {
    expect(said(() => make({ concurrency: { hops: { 'f/nowhere': 3 } } }))).toMatch(
      /^createRuntime: concurrency\.hops: expected .*"f\/nowhere".*f\/to/,
    )
  })

  test('durations', () => {
    for (const option of ['lease', 'attempt', 'alertWindow', 'grace'])
      for (const d of ['', '5', '-1s', 'soon', 30])
        expect(said(() => make({ [option]: d }))).toMatch(
          new RegExp(`^createRuntime: ${option}: expected a duration`),
        )
    for (const option of ['lease', 'attempt', 'alertWindow'])
      expect(said(() => make({ [option]: '0s' }))).toBe(
        `createRuntime: ${option}: expected a duration longer than nothing, got "0s"`,
      )
  })

  test('role and journal', () => {
    expect(said(() => make({ role: 'boss' }))).toBe(
      "createRuntime: role: expected 'accept', 'work' or 'both', got \"boss\"",
    )
    expect(said(() => make({ journal: undefined }))).toMatch(
      /^createRuntime: journal: expected a journal, such as memoryJournal\(\)/,
    )
    expect(said(() => make({ journal: {} }))).toMatch(/^createRuntime: journal: expected a journal/)
  })

  test('a journal that lacks what a flow needs, by the name of the flow and of what is missing', () => {
    const lacking = (can: Partial<Capabilities>): Journal => {
      const real = memoryJournal()
      return { ...real, can: { ...real.can, ...can }, claim: real.claim.bind(real) }
    }
    const keyed = flow('f')
      .from(orders(), { key: () => 'k' })
      .to(fine('to'))
      .otherwise(byKind())
    const latest = flow('f')
      .from(orders(), { latest: { key: () => 'k', version: () => 1 } })
      .to(fine('to'))
      .otherwise(byKind())
    expect(said(() => make({ flows: [keyed], journal: lacking({ keyOrder: false }) }))).toBe(
      'flow "f" needs order by key, which its journal cannot do',
    )
    expect(said(() => make({ flows: [latest], journal: lacking({ latest: false }) }))).toBe(
      'flow "f" needs the latest version of a key, which its journal cannot do',
    )
    expect(said(() => make({ journal: lacking({ keyOrder: false, latest: false }) }))).toBe(
      'nothing was thrown',
    )
  })
})

describe('a life that makes no sense', () => {
  const live = (journal: Journal = memoryJournal()) =>
    createRuntime({ flows: [ok()], journal, clock: virtualClock(), log: silentLogger })

  test('started twice', async () => {
    const runtime = live()
    await runtime.start()
    await expect(runtime.start()).rejects.toThrow(
      'runtime: it was started already; make another with createRuntime',
    )
    await runtime.stop()
  })

  test('two runtimes on one journal', async () => {
    const journal = memoryJournal()
    const [a, b] = [live(journal), live(journal)]
    await a.start()
    await expect(b.start()).rejects.toMatchObject({ _tag: 'JournalUnavailable', trouble: 'in-use' })
  })

  test('a journal used before it is open, and after close: every call rejects and says so', async () => {
    const store = memoryStore()
    const journal = memoryJournal({ store })
    const calls = (j: Journal): (() => Promise<unknown>)[] => [
      () => j.accept([]),
      () => j.claim({ wants: [], max: 1, leaseMs: 1 }),
      () => j.commit([]),
      () => j.read(['x']),
      () => j.extend([], 1),
      () => j.mark({ id: 'x', token: '' }, 'sent'),
      () => j.admin.counts(),
      () => j.admin.find({ limit: 1 }),
      () => j.admin.replay([]),
      () => j.admin.discard([], 'x'),
      () => j.admin.erase('x'),
    ]
    for (const call of calls(journal))
      await expect(call()).rejects.toMatchObject({ _tag: 'JournalUnavailable', trouble: 'not-open' })
    await journal.open([])
    await journal.close()
    await journal.close()
    for (const call of [...calls(journal), () => journal.open([])])
      await expect(call()).rejects.toMatchObject({ _tag: 'JournalUnavailable', trouble: 'closed' })
  })

  test('a runtime asked after it stopped says that its journal is closed', async () => {
    const runtime = live()
    await runtime.start()
    await runtime.stop()
    await expect(runtime.counts()).rejects.toMatchObject({ trouble: 'closed' })
    await expect(runtime.deadLetters.list()).rejects.toMatchObject({ trouble: 'closed' })
    await expect(runtime.deadLetters.replay(['x'])).rejects.toMatchObject({ trouble: 'closed' })
  })

  test('stop with a grace that is no duration', () => {
    expect(said(() => live().stop({ grace: '5' as never }))).toMatch(/^stop: grace: expected a duration/)
  })
})
