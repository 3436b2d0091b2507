import { JournalUnavailable, memoryJournal, silentLogger, type Journal, type Logger } from '@xconnector/core'
import { describe, expect, test } from 'vitest'
import { body, left, operated, Refused, right, type Operated, SOON } from './operated.js'

const dead = async (o: Operated): Promise<readonly string[]> =>
  (await o.runtime.deadLetters.list()).map((l) => l.id)

const withDead = async (n: number): Promise<Operated> => {
  const o = await operated()
  o.answer = () => left(new Refused({ because: 'holidays' }, 'closed'))
  await o.give(...Array.from({ length: n }, (_, i) => ({ id: `o-${i}`, n: i })))
  await o.settled()
  o.answer = () => right(undefined)
  return o
}

describe('replay', () => {
  test('sends dead letters again, the hop under its own key, once each however often it is named', async () => {
    await using o = await withDead(2)
    const ids = await dead(o)
    const answer = await o.act('/ops/dead/replay', { ids: [ids[0], ids[0], 'none/put'] })
    expect(await body(answer)).toEqual({
      replayed: [
        { id: ids[0], as: 'replayed' },
        { id: 'none/put', as: 'absent' },
      ],
    })
    await o.settled()
    expect(o.sent).toEqual([ids[0]])
    expect(await dead(o)).toEqual([ids[1]])
  })

  test('of a whole message begins a new one', async () => {
    await using o = await withDead(1)
    const [id] = await dead(o)
    const { replayed } = await body<{ replayed: { id: string; as: string; root: string }[] }>(
      o.act('/ops/dead/replay', { ids: [id], what: 'message' }),
    )
    await o.settled()
    expect(replayed).toMatchObject([{ id, as: 'replayed' }])
    expect(o.sent).toEqual([`${replayed[0]!.root}/put`])
  })

  test('by a filter goes page by page, and on behind what it took', async () => {
    await using o = await withDead(5)
    o.answer = ({ n }) => (n === 1 ? left(new Refused({ because: 'x' }, 'still closed')) : right(undefined))
    const filter = { flow: 'publish', tag: 'Refused' }
    const taken: number[] = []
    let after: number | undefined
    do {
      const page: { replayed: unknown[]; next?: number } = await body(
        o.act('/ops/dead/replay', { filter, limit: 2, ...(after !== undefined && { after }) }),
      )
      taken.push(page.replayed.length)
      after = page.next
      await o.settled()
    } while (after !== undefined && taken.length < 10)
    expect(taken).toEqual([2, 2, 1])
    expect(o.sent.length).toBe(4)
    expect((await dead(o)).length).toBe(1)
  })

  test('as a dry run says what would be sent, and sends nothing', async () => {
    await using o = await withDead(3)
    const { would, next } = await body<{ would: { sends: unknown }[]; next: number }>(
      o.act('/ops/dead/replay', { filter: { hop: 'put', flow: 'publish' }, limit: 2, dryRun: true }),
    )
    expect(would.map((w) => w.sends)).toEqual([{ put: 'o-0' }, { put: 'o-1' }])
    expect(next).toBeGreaterThan(0)
    await o.settled()
    expect([o.sent, (await dead(o)).length]).toEqual([[], 3])
  })
})

describe('discard', () => {
  test('ends dead letters for good, counted as discarded whatever the reason says', async () => {
    await using o = await withDead(3)
    const [first] = await dead(o)
    expect(await body(o.act('/ops/dead/discard', { ids: [first], why: 'replayed' }))).toEqual({
      discarded: 1,
    })
    expect(await body(o.act('/ops/dead/discard', { ids: [first], why: 'again' }))).toEqual({ discarded: 0 })
    expect(await body(o.act('/ops/dead/discard', { filter: { tag: 'Refused' }, why: 'old' }))).toEqual({
      discarded: 2,
    })
    const counts = await o.runtime.counts()
    expect(counts.filter((c) => c.hop === 'put' && c.n > 0).map((c) => [c.what, c.n])).toEqual([
      ['in', 3],
      ['discarded', 3],
    ])
  })

  test('leaves alone what is not dead', async () => {
    await using o = await operated()
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    o.answer = () => gate.then(() => right(undefined))
    const [root] = await o.give({ id: 'a', n: 1 })
    await expect.poll(() => o.runtime.health().inFlight, SOON).toBe(1)
    expect(await body(o.act('/ops/dead/discard', { ids: [`${root}/put`, root], why: 'x' }))).toEqual({
      discarded: 0,
    })
    go()
    await o.settled()
    expect(o.sent.length).toBe(1)
  })
})

describe('pause and resume', () => {
  test('hold a hop until it goes on, and say who and why', async () => {
    await using o = await operated()
    expect((await o.act('/ops/pause', { flow: 'publish', hop: 'put', why: 'the site moves' })).status).toBe(
      200,
    )
    await o.give({ id: 'a', n: 1 })
    await expect
      .poll(
        async () => (await o.runtime.counts()).find((c) => c.hop === 'put' && c.what === 'waiting')?.n,
        SOON,
      )
      .toBe(1)
    expect(o.sent).toEqual([])
    const { paused } = await body<{ paused: unknown[] }>(o.get('/ops/paused'))
    expect(paused).toMatchObject([
      { what: { flow: 'publish', hop: 'put' }, by: 'ann', why: 'the site moves' },
    ])
    expect(await body(o.get('/ops/status'))).toMatchObject({ paused: [{ by: 'ann' }] })
    expect((await o.get('/ops/readyz')).status).toBe(200)
    expect((await o.act('/ops/resume', { flow: 'publish', hop: 'put' })).status).toBe(200)
    await o.settled()
    expect(o.sent.length).toBe(1)
    expect(await body(o.get('/ops/paused'))).toEqual({ paused: [] })
  })

  test('of a destination and an intake, twice as well as once', async () => {
    await using o = await operated()
    for (const what of [{ destination: 'site' }, { intake: 'publish' }]) {
      for (const verb of ['pause', 'pause', 'resume', 'resume'])
        expect([what, verb, (await o.act(`/ops/${verb}`, what)).status]).toEqual([what, verb, 200])
    }
  })

  test('of what there is not, tells what there is', async () => {
    await using o = await operated()
    for (const what of [
      { flow: 'none' },
      { flow: 'publish', hop: 'none' },
      { intake: 'none' },
      { destination: 'none' },
    ]) {
      const answer = await o.act('/ops/pause', what)
      expect([what, answer.status]).toEqual([what, 404])
      expect((await body<{ detail: string }>(answer)).detail).toMatch(/publish|put|site/)
    }
  })
})

test('what was done is kept with who, why and what, and told by status, the latest first', async () => {
  await using o = await withDead(3)
  const [first] = await dead(o)
  await o.act('/ops/dead/discard', { ids: [first], why: 'a test order' })
  await o.act('/ops/dead/discard', { ids: ['nobody'], why: 'nothing' })
  await o.act('/ops/dead/replay', { filter: { tag: 'Refused' } })
  await o.settled()
  await o.act('/ops/pause', { flow: 'publish', why: 'x'.repeat(100_000) })
  await o.act('/ops/resume', { flow: 'publish' })
  const { acts } = await body<{ acts: readonly { readonly why?: string }[] }>(o.get('/ops/status'))
  expect(acts).toMatchObject([
    { did: 'resume', by: 'ann', what: { flow: 'publish' } },
    { did: 'pause', by: 'ann', what: { flow: 'publish' } },
    { did: 'replay', by: 'ann', n: 2 },
    { did: 'discard', by: 'ann', why: 'a test order', n: 1, ids: [first] },
  ])
  expect(acts[1]!.why!.length).toBe(500)
})

test('a member that is called as one of an object is not known either', async () => {
  await using o = await operated()
  for (const name of ['constructor', 'toString', '__proto__'])
    expect([name, (await o.get(`/ops/dead?${name}=1`)).status]).toEqual([name, 400])
  for (const name of ['constructor', 'toString']) {
    const answer = await o.act('/ops/pause', `{"flow":"publish","${name}":1}`)
    expect([name, answer.status]).toEqual([name, 400])
  }
  expect(o.runtime.paused()).toEqual([])
})

test('erase removes what is kept of a key, and says how much', async () => {
  await using o = await withDead(1)
  expect(await body(o.act('/ops/erase', { key: 'nobody' }))).toEqual({ erased: 0 })
})

/** A journal whose writes go through `accept`. */
const accepting = (inner: Journal, accept: Journal['accept']): Journal =>
  new Proxy(inner, {
    get: (of, name) => {
      if (name === 'accept') return accept
      const found: unknown = Reflect.get(of, name)
      return typeof found === 'function' ? (found.bind(of) as unknown) : found
    },
  })

test('what cannot be kept was done all the same, and the log says so', async () => {
  const inner = memoryJournal()
  const journal = accepting(inner, (entries, also) =>
    also?.state?.some(({ name }) => name === 'acts') === true
      ? Promise.reject(new JournalUnavailable('full', 'the disk is full'))
      : inner.accept(entries, also),
  )
  const errors: string[] = []
  const log: Logger = {
    ...silentLogger,
    error: (_fields: object, text?: string) => void errors.push(text ?? ''),
  }
  await using o = await operated({ journal, log })
  expect((await o.act('/ops/pause', { flow: 'publish' })).status).toBe(200)
  expect(o.runtime.paused()).toHaveLength(1)
  expect(errors).toEqual(['ops: what was done could not be kept in the journal'])
})

test('acts at once are all done, and none is in the way of the others', async () => {
  const inner = memoryJournal()
  let conflicts = 0
  const accept: Journal['accept'] = async (entries, also) => {
    const answer = await inner.accept(entries, also)
    if (answer === 'conflict') conflicts++
    return answer
  }
  const journal = accepting(inner, accept)
  await using o = await operated({ journal })
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      o.act(i % 2 === 0 ? '/ops/pause' : '/ops/resume', { flow: 'publish' }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(conflicts).toBe(0)
  expect((await body<{ acts: unknown[] }>(o.get('/ops/status'))).acts).toHaveLength(50)
})

test('after the runtime has stopped nothing is done, and the answer says later', async () => {
  await using o = await operated()
  await o.runtime.stop()
  const after = await o.act('/ops/pause', { flow: 'publish' })
  expect([after.status, after.headers.get('retry-after')]).toEqual([503, '1'])
  expect([(await o.get('/ops/status')).status, (await o.get('/ops/readyz')).status]).toEqual([503, 503])
})
