import { describe, expect, test } from 'vitest'
import {
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Intake,
  type Journal,
  type MemoryStore,
  type Source,
} from '../../src/index.js'
import { answerTo, ask, readRequests, withdraw, type OperatorRequest } from '../../src/operate/index.js'
import { withAnswer } from '../../src/operate/requests.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { faultyJournal, type Write } from '../runtime/faulty-journal.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const MINUTE = 60_000

/** One process of a service whose branches fail so many times; and a person who looks at its journal. */
const node = (
  clock: VirtualClock,
  store: MemoryStore,
  o: { role?: 'accept' | 'work' | 'both'; fails?: number; faults?: (call: Write) => boolean } = {},
) => {
  let intake: Intake | undefined
  const source: Source<Order> = { ...orders(), start: (i) => ((intake = i), { stop() {} }) }
  const branch = (name: string) =>
    remote<Bad>(name, (_b, _ctx, nth) => (nth <= (o.fails ?? 0) ? new Bad({}) : {}))
  const [a, b] = [branch('a'), branch('b')]
  const f = flow('f').from(source).fanOut({ a, b }).otherwise(deadLetter())
  const journal = faultyJournal(
    memoryJournal({ clock, store, processes: 'many' }),
    (call) => o.faults?.(call) ?? false,
  )
  const runtime = createRuntime({ flows: [f], journal, clock, log: silentLogger, role: o.role ?? 'both' })
  const give = (n: number) => intake!.accept([{ raw: { n }, type: 't', headers: {}, undecodable: 'refuse' }])
  return { a, b, journal, runtime, give }
}

const requestOf = (ids: readonly string[], id = 'r1'): OperatorRequest => ({
  id,
  at: 0,
  verb: 'replay-message',
  ids,
  by: 'ann',
})

const deadIds = async (n: ReturnType<typeof node>): Promise<readonly string[]> =>
  (await n.runtime.deadLetters.list()).map((d) => d.id)
const answerOn = async (n: { readonly journal: Pick<Journal, 'read'> }, id = 'r1') =>
  answerTo(readRequests((await n.journal.read(['requests']))['requests']?.value), id)
const end = async (clock: VirtualClock, ...nodes: ReturnType<typeof node>[]): Promise<void> => {
  const stopped = Promise.all(nodes.map((n) => n.runtime.stop()))
  await clock.advanceBy(20_000)
  await stopped
  expect(clock.pending()).toBe(0)
}

describe('a request to replay whole messages', () => {
  test('is carried out by the running service, and answered: every branch runs anew, the dead ones are ended', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const n = node(clock, store, { fails: 1 })
    const person = memoryJournal({ clock, store, processes: 'many' })
    await n.runtime.start()
    await person.open([])
    await n.give(1)
    await clock.advanceBy(10)
    const ids = await deadIds(n)
    await ask(person, requestOf([...ids, 'no-such-id']))
    await clock.advanceBy(10)
    const answer = await answerOn(n)
    const root = answer?.ok?.[0]?.root
    expect(answer).toEqual({
      id: 'r1',
      at: clock.now() - 10,
      ok: [
        { id: ids[0], as: 'replayed', root },
        { id: ids[1], as: 'replayed', root },
        { id: 'no-such-id', as: 'absent' },
      ],
    })
    expect([typeof root, n.a.calls.length, n.b.calls.length]).toEqual(['string', 2, 2])
    const counts = await n.runtime.counts()
    expect([counted(counts, 'replayed'), balanced(counts)]).toEqual([2, true])
    expect(readRequests((await person.read(['requests']))['requests']?.value).open).toEqual([])
    await person.close()
    await end(clock, n)
  })

  test('waits for the next start, when nothing runs', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const first = node(clock, store, { fails: 1 })
    await first.runtime.start()
    await first.give(1)
    await clock.advanceBy(10)
    const ids = await deadIds(first)
    await end(clock, first)
    const person = memoryJournal({ clock, store, processes: 'many' })
    await person.open([])
    await ask(person, requestOf(ids))
    await clock.advanceBy(24 * 60 * MINUTE)
    const second = node(clock, store)
    await second.runtime.start()
    await clock.advanceBy(10)
    expect((await answerOn(second))?.ok?.map((r) => r.as)).toEqual(['replayed', 'replayed'])
    expect([second.a.calls.length, second.b.calls.length]).toEqual([1, 1])
    await person.close()
    await end(clock, second)
  })

  test('is left alone by a process that only accepts', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const n = node(clock, store, { role: 'accept' })
    await n.runtime.start()
    await ask(n.journal, requestOf(['x']))
    await clock.advanceBy(MINUTE)
    expect(await answerOn(n)).toBeUndefined()
    await end(clock, n)
  })

  test('is carried out by one of several processes, once', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const nodes = [node(clock, store, { fails: 1 }), node(clock, store), node(clock, store)]
    await nodes[0]!.runtime.start()
    await nodes[0]!.give(1)
    await clock.advanceBy(10)
    const ids = await deadIds(nodes[0]!)
    const person = memoryJournal({ clock, store, processes: 'many' })
    await person.open([])
    for (const other of nodes.slice(1)) await other.runtime.start()
    await ask(person, requestOf(ids))
    await clock.advanceBy(MINUTE)
    expect((await answerOn({ journal: person }))?.ok?.map((r) => r.as)).toEqual(['replayed', 'replayed'])
    const calls = nodes.flatMap((n) => [...n.a.calls, ...n.b.calls])
    expect(calls).toHaveLength(4)
    await person.close()
    await end(clock, ...nodes)
  })

  test('that a process died over is taken up by another, which tells what had been done', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    let [writes, gone] = [Infinity, false]
    const faults = (call: Write): boolean => gone || (call === 'accept' && (gone = --writes < 0))
    const dying = node(clock, store, { fails: 1, faults })
    await dying.runtime.start()
    await dying.give(1)
    await clock.advanceBy(10)
    const ids = await deadIds(dying)
    const person = memoryJournal({ clock, store, processes: 'many' })
    await person.open([])
    // It takes the request, writes the new message, and dies before its answer.
    writes = 2
    await ask(person, requestOf(ids))
    await clock.advanceBy(10)
    expect([gone, await answerOn({ journal: person })]).toEqual([true, undefined])
    const other = node(clock, store)
    await other.runtime.start()
    await clock.advanceBy(50_000)
    expect(await answerOn({ journal: person })).toBeUndefined()
    await clock.advanceBy(5 * MINUTE)
    expect((await answerOn({ journal: person }))?.ok).toEqual(ids.map((id) => ({ id, as: 'replayed' })))
    const counts = await other.runtime.counts()
    expect([counted(counts, 'replayed'), counted(counts, 'delivered', 'a'), balanced(counts)]).toEqual([
      2,
      1,
      true,
    ])
    gone = false
    writes = Infinity
    await person.close()
    await end(clock, dying, other)
  })

  test('of an unknown kind is answered with what this build knows', async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const n = node(clock, store)
    await n.runtime.start()
    const person = memoryJournal({ clock, store, processes: 'many' })
    await person.open([])
    await ask(person, { ...requestOf(['x']), verb: 'paint' as never })
    await clock.advanceBy(10)
    expect(await answerOn(n)).toMatchObject({ no: 'this build knows no request "paint"' })
    await person.close()
    await end(clock, n)
  })
})

describe('requests on a journal', () => {
  const fresh = async () => {
    const journal = memoryJournal()
    await journal.open([])
    const read = async () => readRequests((await journal.read(['requests']))['requests']?.value)
    return { journal, read }
  }

  test('asked twice under one id is asked once; what nobody has begun can be taken back', async () => {
    const { journal, read } = await fresh()
    await ask(journal, requestOf(['a']))
    await ask(journal, requestOf(['b']))
    expect((await read()).open).toEqual([requestOf(['a'])])
    expect([await withdraw(journal, 'r1'), await withdraw(journal, 'r1')]).toEqual([true, false])
    expect((await read()).open).toEqual([])
  })

  test('what somebody has begun cannot be taken back', async () => {
    const { journal } = await fresh()
    const taken = { by: 'p', until: 1, found: [] }
    await journal.accept([], {
      state: [
        {
          name: 'requests',
          expect: 0,
          value: { open: [{ ...requestOf(['a']), taken }], answered: [] },
        },
      ],
    })
    expect(await withdraw(journal, 'r1')).toBe(false)
  })

  test('names 1 to 1000 ids', async () => {
    const { journal } = await fresh()
    for (const ids of [[], Array.from({ length: 1001 }, String)])
      await expect(ask(journal, requestOf(ids))).rejects.toThrow(
        new TypeError(`ask: ids: expected 1 to 1000 of them, got ${ids.length}`),
      )
  })

  test('keeps the last 50 answers, for an hour', () => {
    let all = readRequests(null)
    for (let n = 0; n < 60; n++) all = withAnswer(all, { id: `r${n}`, at: n * MINUTE, ok: [] })
    expect([all.answered.length, all.answered[0]?.id]).toEqual([50, 'r10'])
    all = withAnswer(all, { id: 'late', at: 100 * MINUTE, ok: [] })
    expect(all.answered.map((a) => a.id)).toEqual([
      ...Array.from({ length: 19 }, (_, i) => `r${i + 41}`),
      'late',
    ])
  })

  test('keeps the last answer whole, and of those before no more than 2,000 ids', () => {
    const ok = Array.from({ length: 900 }, (_, i) => ({ id: `m${i}`, as: 'replayed' }))
    let all = readRequests(null)
    for (const id of ['a', 'b', 'c', 'd']) all = withAnswer(all, { id, at: 0, ok })
    expect(all.answered.map((a) => a.id)).toEqual(['c', 'd'])
    all = withAnswer(all, { id: 'many', at: 0, ok: [...ok, ...ok, ...ok] })
    expect(all.answered.map((a) => [a.id, a.ok?.length])).toEqual([['many', 2700]])
    all = withAnswer(all, { id: 'no', at: 0, no: 'why' })
    expect(all.answered.map((a) => a.id)).toEqual(['no'])
  })

  test.each([
    [null],
    ['odd'],
    [{ open: 'x', answered: 7 }],
    [{ open: [{ id: 1 }, 7, null], answered: [null, {}] }],
    [
      {
        open: [
          { id: 'a', at: 1, verb: 'replay-message' },
          { id: 'a', at: 1, verb: 'x', ids: 'm' },
        ],
        answered: [],
      },
    ],
  ])('as %j are none', (odd) => expect(readRequests(odd as never)).toEqual({ open: [], answered: [] }))
})
