import { describe, expect, test } from 'vitest'
import { failure, silentLogger, type Logger } from '@xconnector/core'
import { ops, type OpsOptions } from '../../src/ops/index.js'
import { body, operated } from './operated.js'

const LOOKS = [
  '/status',
  '/flows/publish',
  '/flows/publish/graph',
  '/dead',
  '/dead/x',
  '/paused',
  '/events',
  '/metrics',
  '/runs/publish',
]
const ACTS = ['/dead/replay', '/dead/discard', '/pause', '/resume', '/erase']

describe('who is let in', () => {
  test('nobody but whom authorize names, to nothing but the probes', async () => {
    await using o = await operated({ ops: { authorize: () => false } })
    for (const path of LOOKS) {
      const answer = await o.get(`/ops${path}`)
      expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([
        path,
        401,
        'Bearer realm="ops"',
      ])
    }
    for (const path of ACTS) expect([path, (await o.act(`/ops${path}`, {})).status]).toEqual([path, 401])
    expect((await o.get('/ops/livez')).status).toBe(200)
    expect((await o.get('/ops/readyz')).status).toBe(200)
  })

  test('who may look does not act', async () => {
    await using o = await operated({ ops: { authorize: () => ({ name: 'ann', may: 'look' }) } })
    expect((await o.get('/ops/status')).status).toBe(200)
    for (const path of ACTS) expect([path, (await o.act(`/ops${path}`, {})).status]).toEqual([path, 403])
  })

  test('authorize is told what is asked for, with the request itself', async () => {
    const asked: unknown[] = []
    await using o = await operated({
      ops: {
        authorize(request) {
          asked.push([request.method, request.path, request.query, request.wants, request.header('x-who')])
          expect(request.original).toBeInstanceOf(Request)
          return false
        },
      },
    })
    await o.get('/ops/dead?flow=a', { 'x-who': 'me' })
    await o.act('/ops/pause', {})
    expect(asked).toEqual([
      ['GET', '/ops/dead', 'flow=a', 'look', 'me'],
      ['POST', '/ops/pause', '', 'act', undefined],
    ])
  })

  test('an authorize that fails lets nobody in', async () => {
    class Away extends failure('Away', 'transient')<{}> {}
    const wrong: readonly [OpsOptions['authorize'], number][] = [
      [() => Promise.reject(new Error('no')), 500],
      [
        () => {
          throw new Away({})
        },
        503,
      ],
      [() => true as never, 500],
      [() => undefined as never, 500],
      [() => null as never, 500],
      [() => ({ name: '', may: 'act' }), 500],
      [() => ({ name: 'ann', may: 'all' as never }), 500],
      [() => ({ name: 'ann' }) as never, 500],
    ]
    for (const [authorize, status] of wrong) {
      await using o = await operated({ ops: { authorize } })
      expect([(await o.get('/ops/status')).status, (await o.act('/ops/erase', { key: 'k' })).status]).toEqual(
        [status, status],
      )
    }
  })

  test('an authorize that never answers is not waited for', async () => {
    await using o = await operated({
      ops: { authorize: () => new Promise<never>(() => {}), timeout: '20ms' },
    })
    expect((await o.get('/ops/status')).status).toBe(504)
  })

  test('probes are closed, and metrics open, where that is said', async () => {
    await using o = await operated({ ops: { authorize: () => false, open: ['metrics'] } })
    expect((await o.get('/ops/metrics')).status).toBe(200)
    expect((await o.get('/ops/livez')).status).toBe(401)
    expect((await o.get('/ops/readyz')).status).toBe(401)
  })
})

describe('what an act must be', () => {
  test('JSON by its type, so that no form of another page is one', async () => {
    await using o = await operated()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await o.act('/ops/erase', '{"key":"k"}', { 'content-type': type })).status).toBe(415)
    expect((await o.act('/ops/erase', '{"key":"k"}')).status).toBe(200)
  })

  test('not from a page of another site', async () => {
    await using o = await operated()
    const from = async (site: string): Promise<number> =>
      (await o.act('/ops/erase', { key: 'k' }, { 'sec-fetch-site': site })).status
    expect([
      await from('cross-site'),
      await from('same-site'),
      await from('same-origin'),
      await from('none'),
    ]).toEqual([403, 403, 200, 200])
  })

  test('an object that holds what is known, and nothing else', async () => {
    await using o = await operated()
    const wrong: readonly [path: string, body: unknown, names: string][] = [
      ['/erase', 'nonsense', 'JSON'],
      ['/erase', [], 'object'],
      ['/erase', {}, 'key'],
      ['/erase', { key: 7 }, 'key'],
      ['/erase', { key: 'k', __proto__x: 1 }, '__proto__x'],
      ['/dead/replay', {}, 'ids'],
      ['/dead/replay', { ids: [] }, 'ids'],
      ['/dead/replay', { ids: ['a', 7] }, 'ids'],
      ['/dead/replay', { ids: Array.from({ length: 1001 }, () => 'a') }, 'ids'],
      ['/dead/replay', { ids: ['a'], filter: { flow: 'f' } }, 'ids'],
      ['/dead/replay', { ids: ['a'], limit: 3 }, 'limit'],
      ['/dead/replay', { filter: {} }, 'filter'],
      ['/dead/replay', { filter: { flwo: 'f' } }, 'filter.flwo'],
      ['/dead/replay', { filter: { flow: 'f' }, limit: 0 }, 'limit'],
      ['/dead/replay', { ids: ['a'], dry_run: true }, 'dry_run'],
      ['/dead/replay', { ids: ['a'], dryRun: 'yes' }, 'dryRun'],
      ['/dead/replay', { ids: ['a'], what: 'all' }, 'what'],
      ['/dead/replay', { filter: { flow: 'f' }, what: 'message', limit: 101 }, 'limit'],
      ['/dead/replay', { filter: { flow: 'f' }, dryRun: true, limit: 51 }, 'limit'],
      ['/dead/discard', { ids: ['a'] }, 'why'],
      ['/pause', {}, 'flow'],
      ['/pause', { flow: 'f', destination: 'd' }, 'flow'],
      ['/pause', { destination: 'd', hop: 'h' }, 'hop'],
      ['/resume', { what: { flow: 'f' } }, 'what'],
    ]
    for (const [path, given, named] of wrong) {
      const answer = await o.act(`/ops${path}`, given)
      expect([path, given, answer.status]).toEqual([path, given, 400])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect((await body<{ detail: string }>(answer)).detail).toContain(named)
    }
  })

  test('no larger than it need be', async () => {
    await using o = await operated()
    expect((await o.act('/ops/erase', JSON.stringify({ key: 'k'.repeat(300_000) }))).status).toBe(413)
  })
})

describe('every answer', () => {
  test('is not kept, guessed at, framed or read by other sites', async () => {
    await using o = await operated()
    const answers = [
      await o.get('/ops/status'),
      await o.get('/ops/none'),
      await o.get('/ops/livez'),
      await o.get('/ops/pause'),
      await o.act('/ops/pause', {}),
    ]
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  test('HEAD is GET without a body; other methods are told what there is', async () => {
    await using o = await operated()
    const ask = (method: string, path: string): Promise<Response> =>
      o.ops.fetch(new Request(`http://ops.test/ops${path}`, { method }))
    const head = await ask('HEAD', '/status')
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect((await ask('HEAD', '/events')).headers.get('content-type')).toBe('text/event-stream')
    const put = await ask('PUT', '/status')
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    const get = await ask('GET', '/pause')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    const options = await ask('OPTIONS', '/pause')
    expect([
      options.status,
      options.headers.get('allow'),
      options.headers.get('access-control-allow-origin'),
    ]).toEqual([204, 'POST, OPTIONS', null])
    expect((await ask('GET', '/dead/replay')).status).toBe(405)
    expect((await ask('GET', '/none')).status).toBe(404)
    expect((await ask('GET', '/flows/%ff')).status).toBe(400)
  })

  test('an unknown or doubled parameter of a query is refused, not passed over', async () => {
    await using o = await operated()
    for (const query of [
      'flwo=publish',
      'flow=a&flow=b',
      'limit=0',
      'limit=201',
      'limit=1.5',
      'after=-1',
      'flow=',
    ])
      expect([query, (await o.get(`/ops/dead?${query}`)).status]).toEqual([query, 400])
  })
})

test('who was not let in, and every act, is logged, without what was sent', async () => {
  const said: [string, unknown, string][] = []
  const log: Logger = {
    ...silentLogger,
    info: (data, text) => void said.push(['info', data, text]),
    warn: (data, text) => void said.push(['warn', data, text]),
  }
  let may: 'act' | 'look' | undefined
  await using o = await operated({ log, ops: { authorize: () => may !== undefined && { name: 'ann', may } } })
  await o.get('/ops/status?x=1', { authorization: 'Bearer abcdef' })
  may = 'look'
  await o.act('/ops/erase', { key: 'jane@example.com' })
  may = 'act'
  await o.act('/ops/erase', { key: 'jane@example.com' })
  expect(said.map(([level, , text]) => [level, text])).toEqual([
    ['info', 'ops: somebody was not let in'],
    ['warn', 'ops: ann may look only'],
    ['warn', 'ops: ann erased what was kept of a key: 0 entries'],
  ])
  expect(JSON.stringify(said)).not.toMatch(/jane|abcdef/)
})

test.each<[Partial<Record<keyof OpsOptions, unknown>>, RegExp]>([
  [{ authorize: undefined }, /^ops authorize: expected .+, got undefined$/],
  [{ basePath: 'ops' }, /^ops basePath: expected a path like "\/ops", or "", got "ops"$/],
  [{ basePath: '/ops/' }, /^ops basePath/],
  [{ basePath: '/:a' }, /^ops basePath/],
  [{ open: ['status'] }, /^ops open: expected a list of some of livez, readyz, metrics, got \["status"\]$/],
  [{ open: 'livez' }, /^ops open/],
  [{ challenge: 'a\r\nb' }, /^ops challenge/],
  [{ maxLag: '0s' }, /^ops maxLag/],
  [{ timeout: 'soon' }, /^ops timeout/],
  [{ heartbeat: -1 }, /^ops heartbeat/],
  [{ maxHeldEvents: 0 }, /^ops maxHeldEvents: expected a whole number of 1 or more, got 0$/],
])('options that make no sense are named: %j', async (given, message) => {
  await using o = await operated()
  const options = { authorize: () => false, ...given } as OpsOptions
  expect(() => ops(o.runtime, options)).toThrow(TypeError)
  expect(() => ops(o.runtime, options)).toThrow(message)
  expect(() => ops(undefined as never, options)).toThrow(/^ops runtime: expected a runtime/)
})
