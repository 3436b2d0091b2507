import { describe, expect, test } from 'vitest'
import { JournalUnavailable, memoryJournal, type Journal } from '@xconnector/core'
import { body, left, operated, Refused, SOON } from './operated.js'

const refusing = async (...ids: readonly string[]) => {
  const o = await operated()
  o.answer = () => left(new Refused({ because: 'holidays' }, 'it is closed'))
  await o.give(...ids.map((id, n) => ({ id, n })))
  await o.settled()
  return o
}

describe('status', () => {
  test('tells how the runtime, its flows, hops and destinations stand', async () => {
    await using o = await refusing('a')
    o.answer = () => ({ _tag: 'Right', right: undefined })
    await o.give({ id: 'b', n: 1 }, { id: 'c', n: 2 })
    await o.settled()
    const { runtime, flows, destinations, paused, orphans } = await body<Record<string, never>>(
      o.get('/ops/status'),
    )
    expect(runtime).toMatchObject({ status: 'ready', journal: 'ok', pending: 0 })
    expect(flows).toMatchObject([
      {
        flow: 'publish',
        version: 1,
        source: 'orders',
        hops: [
          { hop: 'checked', in: 3, done: { delivered: 3 }, dead: 0, waiting: 0, paused: false },
          { hop: 'put', in: 3, done: { delivered: 2 }, dead: 1, waiting: 0, destination: 'site' },
        ],
      },
    ])
    expect(destinations).toMatchObject([{ destination: 'site', state: 'open' }])
    expect([paused, orphans]).toEqual([[], []])
  })

  test('is read from the journal once a second, however many ask, and anew after an act', async () => {
    const inner = memoryJournal()
    let counted = 0
    const journal = counting(inner, () => counted++)
    await using o = await operated({ journal })
    counted = 0
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => o.get(i % 2 === 0 ? '/ops/status' : '/ops/metrics')),
    )
    expect(counted).toBe(1)
    await o.get('/ops/flows/publish')
    expect(counted).toBe(1)
    await o.act('/ops/erase', { key: 'k' })
    await o.get('/ops/status')
    expect(counted).toBe(2)
  })
})

describe('a flow', () => {
  test('is described with its counts, and drawn', async () => {
    await using o = await refusing('a')
    const { description, hops } = await body<Record<string, never>>(o.get('/ops/flows/publish'))
    expect(description).toMatchObject({ flow: 'publish', first: 'checked' })
    expect(hops).toMatchObject([
      { hop: 'checked', in: 1 },
      { hop: 'put', dead: 1 },
    ])
    const graph = await o.get('/ops/flows/publish/graph')
    expect(graph.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await graph.text()).toMatch(/^flowchart LR\n(.*\n)*.*put/)
  })

  test('that is not deployed is not found', async () => {
    await using o = await operated()
    for (const path of ['/flows/none', '/flows/none/graph', '/runs/none'])
      expect([path, (await o.get(`/ops${path}`)).status]).toEqual([path, 404])
  })
})

describe('dead letters', () => {
  test('are listed page by page, each once, following the links', async () => {
    const all = Array.from({ length: 7 }, (_, n) => `o-${n}`)
    await using o = await refusing(...all)
    const seen: string[] = []
    let to: string | undefined = '/ops/dead?flow=publish&limit=3'
    for (let pages = 1; to !== undefined; pages++) {
      const answer: Response = await o.get(to)
      const page = await body<{ letters: { id: string; tag: string; message: string }[]; next?: number }>(
        answer,
      )
      seen.push(...page.letters.map((l) => l.id))
      expect(page.letters[0]).toMatchObject({
        flow: 'publish',
        hop: 'put',
        attempts: 1,
        tag: 'Refused',
        kind: 'permanent',
        message: 'it is closed',
      })
      expect(Object.keys(page.letters[0]!)).not.toContain('body')
      const [, link] = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? []
      to =
        link === undefined
          ? undefined
          : new URL(link, `http://ops.test${to}`).href.slice('http://ops.test'.length)
      expect(page.next === undefined).toBe(to === undefined)
      expect(pages).toBeLessThan(5)
    }
    expect(seen.length).toBe(7)
    expect(new Set(seen).size).toBe(7)
  })

  test('are filtered by flow, hop and tag', async () => {
    await using o = await refusing('a', 'b')
    await o.give({ id: 7 })
    await o.settled()
    const n = async (query: string): Promise<number> =>
      (await body<{ letters: unknown[] }>(o.get(`/ops/dead?${query}`))).letters.length
    expect(
      await Promise.all(
        ['', 'flow=publish', 'hop=put', 'tag=DecodeFailed', 'hop=put&tag=DecodeFailed', 'flow=none'].map(n),
      ),
    ).toEqual([3, 3, 2, 1, 0, 0])
  })

  test('tell their whole story, with what a replay would send, by an id with slashes or without', async () => {
    await using o = await refusing('a')
    const [letter] = await o.runtime.deadLetters.list()
    const id = letter!.id
    expect(id).toContain('/')
    for (const path of [id, encodeURIComponent(id)]) {
      const story = await body(o.get(`/ops/dead/${path}`))
      expect(story).toMatchObject({
        id,
        hop: 'put',
        body: { id: 'a', n: 0 },
        errors: [{ _tag: 'Refused', because: 'holidays', attempt: 1 }],
        message: { source: 'orders', raw: { id: 'a', n: 0 } },
        again: { target: 'put', sends: { put: 'a' } },
      })
    }
    expect((await o.get('/ops/dead/none/put')).status).toBe(404)
  })
})

describe('probes', () => {
  test('readyz is about the journal: 503 while it starts, is in trouble, stops', async () => {
    const inner = memoryJournal()
    let broken = false
    const journal = failing(inner, () => broken)
    await using o = await operated({ journal })
    const ready = async (): Promise<unknown> => {
      const answer = await o.get('/ops/readyz')
      return [answer.status, (await body(answer))['status']]
    }
    expect(await ready()).toEqual([200, 'ready'])
    broken = true
    await o.give({ id: 'a', n: 1 }).catch(() => {})
    await expect.poll(ready, SOON).toEqual([503, 'troubled'])
    broken = false
    await expect.poll(ready, SOON).toEqual([200, 'ready'])
    const stopped = o.runtime.stop()
    expect(await ready()).toEqual([503, 'stopping'])
    await stopped
    expect(await ready()).toEqual([503, 'stopped'])
  })

  test('a destination that is down makes nothing unready', async () => {
    await using o = await operated()
    o.answer = () => Promise.reject(new Error('down'))
    await o.give({ id: 'a', n: 1 })
    await o.settled()
    expect((await o.get('/ops/readyz')).status).toBe(200)
    expect((await o.get('/ops/livez')).status).toBe(200)
  })

  test('what needs a journal that cannot be read is 503, to come again', async () => {
    const inner = memoryJournal()
    let broken = false
    await using o = await operated({ journal: failing(inner, () => broken) })
    broken = true
    const status = await o.get('/ops/status')
    expect([status.status, status.headers.get('retry-after')]).toEqual([503, '1'])
    const metrics = await o.get('/ops/metrics')
    expect([metrics.status, /^xconnector_journal_up 0$/m.test(await metrics.text())]).toEqual([200, true])
    broken = false
  })
})

/** A journal whose counting is counted. */
const counting = (inner: Journal, f: () => void): Journal =>
  with_(inner, {
    counts: () => {
      f()
      return inner.admin.counts()
    },
  })

const down = (): Promise<never> => Promise.reject(new JournalUnavailable('failed', 'the disk is away'))

const failing = (inner: Journal, broken: () => boolean): Journal => {
  const journal = with_(inner, { counts: () => (broken() ? down() : inner.admin.counts()) })
  return {
    ...journal,
    accept: (...args) => inner.accept(...args),
    claim: (query) => (broken() ? down() : inner.claim(query)),
    commit: (batch) => (broken() ? down() : inner.commit(batch)),
  }
}

const with_ = (inner: Journal, admin: Partial<Journal['admin']>): Journal => ({
  can: inner.can,
  open: (hops) => inner.open(hops),
  accept: (entries, also) => inner.accept(entries, also),
  claim: (query) => inner.claim(query),
  extend: (leases, ms) => inner.extend(leases, ms),
  mark: (lease, name, value) => inner.mark(lease, name, value),
  commit: (batch) => inner.commit(batch),
  read: (names) => inner.read(names),
  watch: (wake) => inner.watch(wake),
  close: () => inner.close(),
  admin: {
    counts: () => inner.admin.counts(),
    find: (query) => inner.admin.find(query),
    replay: (ids) => inner.admin.replay(ids),
    discard: (ids, why) => inner.admin.discard(ids, why),
    erase: (key) => inner.admin.erase(key),
    ...admin,
  },
})
