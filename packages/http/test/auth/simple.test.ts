import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { config, Secret, secret, text } from '@xconnector/core'
import { all, apiKey, basic, bearer, http, type Auth, type AuthCall } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const CALL = {} as AuthCall
const KEY = 'pl4nted-key /+&=ü-31a0618c'

const echoing = async (auth: Auth, status = 401) => {
  const urls: string[] = []
  const server = await httpServer((req, res) => {
    urls.push(req.url!)
    const echo = `you sent ${req.url} ${JSON.stringify(req.headers)} ${decodeURIComponent(req.url!.replaceAll('+', ' '))}`
    res.writeHead(status, { 'content-type': 'text/plain', location: req.url }).end(echo)
  })
  const client = http({ name: 'api', baseUrl: server.url, auth })
  closing.push(
    () => client.close(),
    () => server[Symbol.asyncDispose](),
  )
  return { urls, client }
}

const authorizationOf = async (auth: Auth): Promise<string | undefined> =>
  (await auth.credentials({}, CALL)).headers['authorization']

describe('basic', () => {
  test('is the base64 of UTF-8, as in RFC 7617', async () => {
    expect(await authorizationOf(basic({ user: 'Aladdin', password: 'open sesame' }))).toBe(
      'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    )
    expect(await authorizationOf(basic({ user: 'test', password: new Secret('123£') }))).toBe(
      'Basic dGVzdDoxMjPCow==',
    )
    expect(await authorizationOf(basic({ user: '', password: 'a:b' }))).toBe(`Basic ${btoa(':a:b')}`)
  })

  test.each([
    [{ user: 'a:b', password: 'x' }, /basic user/],
    [{ user: 'a\n', password: 'x' }, /basic user/],
    [{ user: 'a', password: '' }, /basic password/],
    [{ user: 'a', password: 'pl4nted\n' }, /basic password/],
  ])('%o is refused at once', (options, message) => {
    expect(() => basic(options)).toThrow(message)
    expect(() => basic(options)).not.toThrow(/pl4nted/)
  })

  test('reads settings when it is needed', async () => {
    const { U, P } = config({ U: text, P: secret }, { U: 'me', P: 'pw12' })
    const auth = basic({ user: U, password: P })
    expect(auth.settings?.map((s) => s.variable)).toEqual(['U', 'P'])
    expect(await authorizationOf(auth)).toBe(`Basic ${btoa('me:pw12')}`)
    expect((await auth.credentials({ U: 'you', P: 'else' }, CALL)).headers['authorization']).toBe(
      `Basic ${btoa('you:else')}`,
    )
  })

  test('neither the password nor its base64 stands in a failure', async () => {
    const { client } = await echoing(basic({ user: 'me', password: 'pl4nted-password' }))
    const result = await client.query({ name: 'q', path: '/' }).call()
    const all = inspect(result, { depth: 9, showHidden: true })
    expect(all).not.toMatch(/pl4nted/)
    expect(all).not.toContain(btoa('me:pl4nted-password'))
  })
})

describe('an API key in the query', () => {
  const auth = apiKey({ in: 'query', parameter: 'k', key: KEY })

  test('is added to what the call asks, encoded', async () => {
    const { urls, client } = await echoing(auth, 200)
    await client.query({ name: 'a', path: '/a' }).run()
    await client.query({ name: 'b', path: '/b', query: { x: '1' } }).run()
    const encoded = new URLSearchParams({ k: KEY }).toString()
    expect(urls).toEqual([`/a?${encoded}`, `/b?x=1&${encoded}`])
  })

  test.each([302, 400, 401, 403, 404, 429, 500])('stands in no failure of %i', async (status) => {
    const { urls, client } = await echoing(auth, status)
    const get = client.query({ name: 'a', path: '/a' })
    const result = await get.call()
    expect(new URL(urls[0]!, 'http://x').searchParams.get('k')).toBe(KEY)
    expect(result._tag).toBe('Left')
    const shown = inspect(result, { depth: 9, showHidden: true }) + JSON.stringify(result)
    expect(shown).not.toMatch(/pl4nted/)
  })

  test('is masked in a preview', async () => {
    const { client } = await echoing(auth)
    const ctx = { config: {}, clock: { now: () => 0 }, message: {} } as never
    const preview = await client.query({ name: 'a', path: '/a', query: { x: '1' } }).preview!(undefined, ctx)
    expect(preview).toMatchObject({ url: expect.stringMatching(/\/a\?x=1&k=\[redacted\]$/) })
  })

  test('options that make no sense are named', () => {
    expect(() => apiKey({ in: 'query', parameter: '', key: 'x' })).toThrow(/apiKey parameter/)
    expect(() => apiKey({ in: 'cookie', header: 'x', key: 'x' } as never)).toThrow(/apiKey in.*"cookie"/)
    expect(() => apiKey({ in: 'query', parameter: 'k', key: '' })).toThrow(/apiKey key/)
    // @ts-expect-error a query parameter has a name, not a header
    expect(() => apiKey({ in: 'query', header: 'x', key: 'x' })).toThrow(/apiKey parameter/)
  })
})

describe('all', () => {
  test('gives what each gives', async () => {
    const auth = all(
      bearer('tok-1'),
      apiKey({ header: 'x-key', key: 'k-1' }),
      apiKey({ in: 'query', parameter: 'q', key: 'k-2' }),
    )
    expect(auth.headers).toEqual(['authorization', 'x-key'])
    expect(auth.query).toEqual(['q'])
    expect(await auth.credentials({}, CALL)).toEqual({
      headers: { authorization: 'Bearer tok-1', 'x-key': 'k-1' },
      query: { q: 'k-2' },
      secrets: ['tok-1', 'k-1', 'k-2'],
    })
    expect(auth.renew).toBeUndefined()
    expect(auth.sign).toBeUndefined()
  })

  test('refuses two that set the same header or parameter, and none at all', () => {
    expect(() => all(bearer('a'), basic({ user: 'u', password: 'p' }))).toThrow(/header "authorization"/)
    const key = apiKey({ in: 'query', parameter: 'q', key: 'k' })
    expect(() => all(key, key)).toThrow(/query parameter "q"/)
    expect(() => all()).toThrow(/one auth or more/)
  })

  test('tells a 401 to each that renews, with what it had given', async () => {
    const told: unknown[] = []
    const renewing = (name: string, yes: boolean): Auth => ({
      headers: [name],
      credentials: async () => ({ headers: { [name]: `${name}-1` }, secrets: [] }),
      renew(refused) {
        told.push(refused.headers)
        return yes
      },
    })
    const auth = all(renewing('a', false), bearer('x'), renewing('b', true))
    const given = await auth.credentials({}, CALL)
    expect(await auth.renew!(given, {}, CALL)).toBe(true)
    expect(told).toEqual([{ a: 'a-1' }, { b: 'b-1' }])
    expect(await all(renewing('a', false)).renew!(given, {}, CALL)).toBe(false)
  })
})
