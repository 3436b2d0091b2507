import { once } from 'node:events'
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { memoryJournal, type Logger } from '@xconnector/core'
import { manualClock } from '@xconnector/core/testing'
import { signStandardWebhook } from '@xconnector/http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { content, contentGateway, hooks, published } from '../h5-content-gateway/flow.ts'
import { SECRETS, startWorld, type World } from '../h5-content-gateway/world.ts'
import { onLoopback, type OnLoopback } from '../on-loopback.ts'
import { start, type Running } from '../serve.ts'

let world: World
let service: Running
const logged: string[] = []
const write = (data: object, message: string) => void logged.push(message + JSON.stringify(data))
const log: Logger = { debug: write, info: write, warn: write, error: write }

beforeAll(async () => {
  world = await startWorld()
  Object.assign(process.env, world.settings)
  const journal = memoryJournal()
  service = await start({ flow: published, hooks, behind: content.node }, { port: 0, journal, log })
})
beforeEach(() => {
  world.got.length = 0
  world.down.clear()
  world.says.clear()
  world.entries.set('moon', 'Moon landing')
})
afterAll(async () => {
  service.server.close()
  service.server.closeAllConnections()
  await service.runtime.stop()
  content.close()
  await world[Symbol.asyncDispose]()
})

/** An answer as the front sees it. */
interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const get = async (
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const sent = ask(origin, { path, headers: { host: 'www.example.com', ...headers }, agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) }
}

/** A gateway of its own, with a cache that is empty and a clock that is moved by hand. */
const front = async () => {
  const clock = manualClock(Date.now())
  const gateway = contentGateway({ clock, log })
  const server: OnLoopback = await onLoopback(createServer(gateway.node))
  return {
    clock,
    get: (path: string, headers?: Readonly<Record<string, string>>) => get(server.url, path, headers),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      gateway.close()
    },
  }
}
const asked = () => world.got.map(({ method, backend, path }) => `${method} ${backend} ${path}`)
const MINUTE = 60_000
const cached = ({ headers }: Answer) => String(headers['cache-status'])

describe('requests', () => {
  test.each([
    ['/content/articles/moon', {}, 'GET cms /entries/articles/moon'],
    ['/de/content/articles/moon?utm_source=x', {}, 'GET cms /entries/articles/moon'],
    ['/content/articles/moon', { 'x-channel': 'app' }, 'GET cms /app/articles/moon'],
    ['/media/a/b.jpg', {}, 'GET media /a/b.jpg'],
    ['/account/orders', { host: 'portal.example.com' }, 'GET accounts /me/orders'],
  ])('for %s %o go to their backend', async (path, headers: Readonly<Record<string, string>>, backend) => {
    await using site = await front()
    await site.get(path, headers)
    expect(asked()).toEqual([backend])
  })

  test('name the language that the backend is told, by path or by Accept-Language', async () => {
    await using site = await front()
    const [byPath, byHeader, none] = [
      await site.get('/fr/content/articles/moon'),
      await site.get('/content/articles/moon', { 'accept-language': 'de-AT, en;q=0.5' }),
      await site.get('/content/articles/moon'),
    ]
    const languages = [byPath, byHeader, none].map(
      ({ body }) => (JSON.parse(body) as { language: string }).language,
    )
    expect(languages).toEqual(['fr', 'de', 'en'])
  })

  test('for an account are for the portal alone, and what no row is for is 404', async () => {
    await using site = await front()
    expect((await site.get('/account/orders')).status).toBe(404)
    expect((await site.get('/elsewhere')).status).toBe(404)
    expect(asked()).toEqual([])
  })
})

describe('the cache', () => {
  test("keeps to HTTP's rules: fresh for a minute, then asked for again, and 304 for who has it", async () => {
    await using site = await front()
    const first = await site.get('/content/articles/moon')
    const again = await site.get('/content/articles/moon')
    expect([again.body, asked().length]).toEqual([first.body, 1])
    expect([first, again].map(cached)).toEqual([
      'content; fwd=uri-miss; fwd-status=200; stored',
      'content; hit; ttl=60',
    ])
    const known = { 'if-none-match': first.headers.etag! }
    expect((await site.get('/content/articles/moon', known)).status).toBe(304)
    expect(asked()).toHaveLength(1)
    await site.get('/content/articles/moon', { 'x-channel': 'app' })
    await site.get('/content/articles/moon', { 'accept-language': 'de' })
    expect(asked()).toHaveLength(3) // each form and language by itself

    site.clock.advance(59_000)
    await site.get('/content/articles/moon')
    expect(asked()).toHaveLength(3)
    site.clock.advance(32_000) // and half a minute, in which what is stale is given while it is asked for anew
    await site.get('/content/articles/moon')
    expect(asked()).toHaveLength(4)
  })

  test('sends one request to the backend for a thousand that come at once', async () => {
    await using site = await front()
    const answers = await Promise.all(Array.from({ length: 1000 }, () => site.get('/content/articles/moon')))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(200)
    expect(asked()).toEqual(['GET cms /entries/articles/moon'])
  })

  test('does not ask a backend that is parked, and answers for it all the same, or says when to come again', async () => {
    await using site = await front()
    await site.get('/content/articles/moon')
    world.down.add('cms')
    for (let n = 0; n < 5; n++) await site.get(`/content/articles/other-${n}`)
    site.clock.advance(100)
    const times = asked().length
    const fresh = await site.get('/content/articles/new')
    expect([fresh.status, Number(fresh.headers['retry-after']) >= 1]).toEqual([503, true])
    expect(fresh.body).not.toContain('insides')
    expect((await site.get('/content/articles/moon')).status).toBe(200)
    expect(asked()).toHaveLength(times)

    site.clock.advance(10 * MINUTE)
    world.down.clear()
    expect((await site.get('/content/articles/new')).status).toBe(404)
  })

  test('keeps nothing of an account, and gives nobody what is of another', async () => {
    await using site = await front()
    const account = (authorization: string) =>
      site.get('/account/profile', { host: 'portal.example.com', authorization })
    const [ada, bob, again] = [
      await account('Bearer of-ada'),
      await account('Bearer of-bob'),
      await account('Bearer of-ada'),
    ]
    expect([ada, bob, again].map(({ status }) => status)).toEqual([200, 401, 200])
    expect(asked()).toHaveLength(3)
  })
})

const told = (slug: string, secret = SECRETS['CMS_HOOK_SECRET']!): Promise<Response> => {
  const body = JSON.stringify({ type: 'published', entry: { id: slug } })
  const signed = signStandardWebhook({
    secret,
    id: `event-${++events}`,
    timestamp: Math.floor(Date.now() / 1000),
    body,
  })
  const headers = { 'content-type': 'application/json', ...signed }
  return fetch(`${service.url}/hooks/cms`, { method: 'POST', body, headers })
}
let events = 0

describe('what was published', () => {
  test('is seen as soon as the CMS has told of it, in every form and language, and only that', async () => {
    world.entries.set('sun', 'Sunrise')
    const pages = ['/content/articles/moon', '/de/content/articles/moon', '/content/articles/sun']
    const titles = async () => {
      const answers = await Promise.all(pages.map((path) => get(service.url, path)))
      return answers.map(({ body }) => (JSON.parse(body) as { title: string }).title)
    }
    expect(await titles()).toEqual(['Moon landing', 'Moon landing', 'Sunrise'])
    world.entries.set('moon', 'Moon landing, corrected').set('sun', 'Sunset')
    expect(await titles()).toEqual(['Moon landing', 'Moon landing', 'Sunrise'])

    expect((await told('moon')).status).toBe(202)
    await expect
      .poll(titles, { timeout: 20_000 })
      .toEqual(['Moon landing, corrected', 'Moon landing, corrected', 'Sunrise'])
  })

  test('is not what somebody else says: nothing is purged', async () => {
    world.entries.set('venus', 'Venus')
    const first = await get(service.url, '/content/articles/venus')
    world.entries.set('venus', 'Venus, corrected')
    expect((await told('venus', 'whsec_Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2Vk')).status).toBe(401)
    expect(await get(service.url, '/content/articles/venus')).toMatchObject({ body: first.body })
    expect(asked()).toHaveLength(1)
  })
})

describe('no open proxy', () => {
  /** Sends bytes as they are, and gives the status of the answer; 0: none. */
  const raw = (origin: string, bytes: string): Promise<number> =>
    new Promise((resolve) => {
      let heard = ''
      const end = (): void => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 0))
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => (heard += chunk.toString()))
      socket.on('close', end).on('error', end)
    })

  test.each([
    ['an absolute target', 'GET http://EVIL/content/articles/moon HTTP/1.1\r\nHost: EVIL'],
    ['a target that begins with two slashes', 'GET //EVIL/content HTTP/1.1\r\nHost: www.example.com'],
    ['a tunnel', 'CONNECT EVIL HTTP/1.1\r\nHost: EVIL'],
    ['a path out of the backend', 'GET /media/../../EVIL HTTP/1.1\r\nHost: www.example.com'],
    ['the same, encoded', 'GET /media/%2e%2e%2f%2e%2e/EVIL HTTP/1.1\r\nHost: www.example.com'],
    ['two hosts', 'GET /media/a HTTP/1.1\r\nHost: www.example.com\r\nHost: EVIL'],
    ['credentials in the host', 'GET /media/a HTTP/1.1\r\nHost: www.example.com@EVIL'],
    [
      'two lengths',
      'POST /account/a HTTP/1.1\r\nHost: portal.example.com\r\nContent-Length: 3\r\nContent-Length: 4',
    ],
    [
      'a length beside a transfer coding',
      'POST /account/a HTTP/1.1\r\nHost: portal.example.com\r\nContent-Length: 3\r\nTransfer-Encoding: chunked',
    ],
  ])('%s is refused, and reaches nobody', async (_what, head) => {
    const reached: string[] = []
    const stranger = await onLoopback(
      createServer((request, response) => {
        reached.push(request.url!)
        response.end()
      }),
    )
    await using _ = stranger
    const status = await raw(
      service.url,
      `${head.replaceAll('EVIL', `127.0.0.1:${stranger.port}`)}\r\nConnection: close\r\n\r\n`,
    )
    expect([0, 400, 404]).toContain(status)
    expect([...reached, ...asked()]).toEqual([])
  })

  test('another host is only a name: the request goes to the backend of its row', async () => {
    await using site = await front()
    await site.get('/media/a.jpg', { host: 'evil.example' })
    expect(world.got.map(({ headers }) => headers.host)).toEqual([new URL(world.settings['MEDIA_URL']!).host])
  })
})

describe('credentials', () => {
  test('of the front stay in front, but for the account, and those of backends stay behind', async () => {
    await using site = await front()
    const mine = { authorization: 'Bearer canary-of-ada', cookie: 'session=canary-session' }
    world.says.set('cms', { 'set-cookie': 'backend=canary-cookie', 'www-authenticate': 'canary-realm' })
    const answers = [
      await site.get('/content/articles/moon', mine),
      await site.get('/media/a.jpg', mine),
      await site.get('/account/orders', { ...mine, host: 'portal.example.com' }),
    ]
    const seen = world.got.map(({ headers }) => [headers.authorization, headers.cookie, headers['x-api-key']])
    expect(seen).toEqual([
      [undefined, undefined, SECRETS['CMS_KEY']],
      [undefined, undefined, undefined],
      ['Bearer canary-of-ada', undefined, undefined],
    ])
    world.down.add('cms')
    const failed = await site.get('/content/articles/unknown', mine)
    expect(failed.status).toBe(503)
    const shown = JSON.stringify([...answers, failed]) + logged.join('')
    expect(shown).not.toContain('canary')
  })
})

describe('a product page', () => {
  const page = (path: string) => get(service.url, path)

  test('is made of three backends', async () => {
    const { status, body, headers } = await page('/products/tea?currency=CHF')
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        sku: 'tea',
        title: 'Tea',
        image: '/media/tea.jpg',
        price: { cents: 499, currency: 'CHF' },
        stock: 12,
      },
    ])
    expect(headers['cache-control']).toBe('public, max-age=15, stale-if-error=300')
    expect(asked().toSorted()).toEqual([
      'GET prices /prices/tea?currency=CHF',
      'GET shop /products/tea',
      'GET stock /stock/tea',
    ])
    expect(world.got.find(({ backend }) => backend === 'shop')!.headers.authorization).toBe(
      `Bearer ${SECRETS['SHOP_TOKEN']}`,
    )
  })

  test('is one without its stock too, and none without its price', async () => {
    world.down.add('stock')
    const { status, body } = await page('/products/tea')
    expect([status, JSON.parse(body)]).toMatchObject([200, { price: { currency: 'EUR' }, stock: null }])
    world.down.add('prices')
    const without = await page('/products/tea')
    expect([without.status, Number(without.headers['retry-after']) >= 1]).toEqual([503, true])
    expect(without.body).not.toContain('insides')
  })

  test('of a product that there is not is 404, and of a query that makes no sense 400', async () => {
    const none = await page('/products/none')
    expect([none.status, JSON.parse(none.body)]).toMatchObject([404, { title: 'No such product' }])
    const wrong = await page('/products/tea?currency=doubloons')
    expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([
      400,
      { issues: [{ path: ['query', 'currency'] }] },
    ])
    expect(wrong.body).not.toContain('doubloons')
  })
})

test('the log holds no credential', () => {
  expect(logged.length).toBeGreaterThan(0)
  expect(logged.filter((line) => line.includes('canary'))).toEqual([])
})
