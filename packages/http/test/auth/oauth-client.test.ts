import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { text as textOf } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { http as on, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { config, Secret, secret, text, url } from '@xconnector/core'
import { clientCredentials, http, networkFetch, type AuthFetch, type OAuthOptions } from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'
import { httpServer } from '../support/loopback.js'
import { oauthServer, type OAuthServer } from '../support/oauth-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Given = Omit<Partial<OAuthOptions>, 'client'> & { readonly client?: object }

const called = async (given: Given, served: OAuthServer) => {
  const auth = clientCredentials({
    tokenEndpoint: `${served.url}/token`,
    client: { id: 'c1', secret: 's3cret' },
    ...given,
  } as OAuthOptions)
  const client = http({ name: 'api', baseUrl: served.url, auth, ports: { log: quiet } })
  closing.push(() => client.close())
  return client.query({ name: 'get', path: '/' }).call()
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

const serving = async (): Promise<OAuthServer> => {
  const server = await oauthServer({ expiresIn: 100 })
  closing.push(() => server[Symbol.asyncDispose]())
  return server
}

describe('a client proves who it is', () => {
  test('by a secret in a header, encoded as forms are (RFC 6749, 2.3.1)', async () => {
    const server = await serving()
    await called({ client: { id: 'a:b', secret: new Secret('x y/+') } }, server)
    expect(server.asked[0]?.authorization).toBe(`Basic ${btoa('a%3Ab:x+y%2F%2B')}`)
    expect(server.asked[0]?.form.has('client_secret')).toBe(false)
  })

  test('by a secret in the body', async () => {
    const server = await serving()
    await called({ client: { id: 'c1', secret: 'sss', by: 'post' } }, server)
    expect(server.asked[0]?.authorization).toBeUndefined()
    expect(Object.fromEntries(server.asked[0]!.form)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'c1',
      client_secret: 'sss',
    })
  })

  test('by nothing', async () => {
    const server = await serving()
    await called({ client: { id: 'c1', public: true } }, server)
    expect(Object.fromEntries(server.asked[0]!.form)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'c1',
    })
  })

  test.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
  ])('by an assertion that is signed: %s', async (alg, key) => {
    const server = await serving()
    const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string
    expect(
      await called({ client: { id: 'c1', privateKey: new Secret(pem), kid: 'k1' } }, server),
    ).toMatchObject({
      _tag: 'Right',
    })
    const { form } = server.asked[0]!
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const [head, body, signature] = form.get('client_assertion')!.split('.') as [string, string, string]
    const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(decoded(head)).toEqual({ alg, kid: 'k1' })
    expect(decoded(body)).toMatchObject({ iss: 'c1', sub: 'c1', aud: `${server.url}/token` })
    const good = verify(
      alg === 'Ed25519' ? null : 'sha256',
      Buffer.from(`${head}.${body}`),
      { key: createPublicKey(key), ...(alg === 'ES256' && { dsaEncoding: 'ieee-p1363' as const }) },
      Buffer.from(signature, 'base64url'),
    )
    expect(good).toBe(true)
  })

  test('an assertion goes by the clock of the server, once that is known', async () => {
    const server = await oauthServer({ expiresIn: 100, skewMs: 36e5 })
    closing.push(() => server[Symbol.asyncDispose]())
    const { privateKey } = generateKeyPairSync('ed25519')
    const clock = manualClock(Date.now())
    const auth = clientCredentials({
      tokenEndpoint: `${server.url}/token`,
      client: { id: 'c1', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
    })
    const client = http({ name: 'api', baseUrl: server.url, auth, ports: { clock, log: quiet } })
    closing.push(() => client.close())
    const get = client.query({ name: 'get', path: '/' })
    await get.run()
    clock.advance(100_000)
    await get.run()
    const issued = server.asked.map(({ form }) => {
      const [, body] = form.get('client_assertion')!.split('.') as [string, string]
      return (JSON.parse(Buffer.from(body, 'base64url').toString()) as { iat: number }).iat
    })
    expect(issued[1]! - issued[0]!).toBeGreaterThan(3600)
  })
})

describe('what proves it is not told when the server echoes it', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

  test.each([
    ['a header', { id: 'c1', secret: 'pl4nted-x' }, 'authorization'],
    // As variables carry it.
    ['an assertion', { id: 'c1', privateKey: pem.replaceAll('\n', '\\n') }, 'client_assertion'],
  ])('%s', async (_, client, which) => {
    let sent = ''
    const server = await serving()
    const endpoint = await httpServer((req, res) => {
      void textOf(req).then((body) => {
        const made =
          which === 'authorization' ? req.headers.authorization : new URLSearchParams(body).get(which)
        sent = made!.replace('Basic ', '')
        res
          .writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: 'invalid_client', error_description: `no ${sent}` }))
      })
    })
    closing.push(() => endpoint[Symbol.asyncDispose]())
    const result = await called({ tokenEndpoint: `${endpoint.url}/token`, client }, server)
    expect(sent.length).toBeGreaterThan(10)
    expect(result).toMatchObject({ left: { cause: { description: 'no [redacted]' } } })
    expect(inspect(result, { depth: 9, showHidden: true })).not.toContain(sent)
  })
})

describe('what is asked for', () => {
  test('scope, audience, resource and other parameters', async () => {
    const server = await serving()
    await called(
      {
        scope: ['a:read', 'b'],
        audience: 'aud',
        resource: 'https://api.example',
        parameters: { tenant: 't1' },
      },
      server,
    )
    expect(Object.fromEntries(server.asked[0]!.form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'a:read b',
      audience: 'aud',
      resource: 'https://api.example',
      tenant: 't1',
    })
  })

  test('of endpoints that are discovered once', async () => {
    const server = await serving()
    for (const discovery of ['oidc', 'oauth2'] as const)
      expect(await called({ issuer: server.url, discovery, tokenEndpoint: undefined }, server)).toMatchObject(
        { _tag: 'Right' },
      )
    expect(server.asked).toHaveLength(2)
  })

  test.each([
    [
      'another issuer',
      { issuer: 'https://evil.example', token_endpoint: 'https://evil.example/t' },
      'permanent',
    ],
    ['an endpoint that is not secure', { token_endpoint: 'http://evil.example/t' }, 'permanent'],
    ['no endpoint', {}, 'permanent'],
    ['an endpoint that is no URL', { token_endpoint: '::' }, 'permanent'],
    ['no object', [], 'transient'],
  ])('unless the metadata has %s', async (_, metadata, kind) => {
    const server = await serving()
    const issuer = await httpServer((_req, res) => {
      const body = Array.isArray(metadata) ? metadata : { issuer: issuer.url, ...metadata }
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    closing.push(() => issuer[Symbol.asyncDispose]())
    expect(await called({ issuer: issuer.url, tokenEndpoint: undefined }, server)).toMatchObject({
      left: { cause: { _tag: 'TokenFailed', kind } },
    })
    expect(server.asked).toEqual([])
  })
})

describe('the network', () => {
  test('is that of the client, so that msw has the token endpoint too', async () => {
    const mocked = setupServer(
      on.post('https://id.test/token', () =>
        HttpResponse.json({ access_token: 'mocked', token_type: 'bearer', expires_in: 60 }),
      ),
      on.get('https://api.test/', ({ request }) =>
        HttpResponse.json({ got: request.headers.get('authorization') }),
      ),
    )
    mocked.listen()
    closing.push(() => mocked.close())
    const auth = clientCredentials({
      tokenEndpoint: 'https://id.test/token',
      client: { id: 'c', secret: 'sss' },
    })
    const client = http({ name: 'api', baseUrl: 'https://api.test', auth })
    closing.push(() => client.close())
    const get = client.query({ name: 'get', path: '/', response: z.object({ got: z.string() }) })
    expect(await get.run()).toEqual({ got: 'Bearer mocked' })
  })

  test('or one of its own, by option', async () => {
    const server = await serving()
    const asked: string[] = []
    const own = networkFetch({ proxy: false })
    const fetch: AuthFetch = (to, request) => {
      asked.push(`${request.method} ${to} ${request.redirect}`)
      return own(to, request)
    }
    expect(await called({ fetch }, server)).toMatchObject({ _tag: 'Right' })
    expect(asked).toEqual([`POST ${server.url}/token manual`])
    // The platform's fits too.
    expect(await called({ fetch: globalThis.fetch }, server)).toMatchObject({ _tag: 'Right' })
  })

  test('a fetch that throws whatever it likes tells nothing of it', async () => {
    const server = await serving()
    const fetch: AuthFetch = () => Promise.reject(new Error('pl4nted'))
    const result = await called({ fetch }, server)
    expect(result).toMatchObject({ left: { _tag: 'ConnectFailed', cause: { code: 'UNREACHABLE' } } })
    expect(JSON.stringify(result)).not.toContain('pl4nted')
  })
})

describe('configuration', () => {
  test('is read when it is needed, and all that is missing is told at start', async () => {
    const server = await serving()
    const env = { ID: 'c1', KEY: 'sss', AT: `${server.url}/token` }
    const { ID, KEY, AT } = config({ ID: text, KEY: secret, AT: url }, env)
    const auth = clientCredentials({ tokenEndpoint: AT, client: { id: ID, secret: KEY } })
    expect(auth.settings?.map((s) => s.variable).sort()).toEqual(['AT', 'ID', 'KEY'])
    expect(await called({ tokenEndpoint: AT, client: { id: ID, secret: KEY } }, server)).toMatchObject({
      _tag: 'Right',
    })
  })

  test.each([
    [
      { tokenEndpoint: 'http://id.example/token' },
      /clientCredentials tokenEndpoint: expected an https URL, got http: to id\.example/,
    ],
    [{ tokenEndpoint: 'https://u:pl4nted@id.example/' }, /without credentials/],
    [{ tokenEndpoint: 'nowhere' }, /got what is no URL/],
    [{ tokenEndpoint: undefined }, /expected an issuer or a tokenEndpoint/],
    [{ tokenEndpoint: undefined, issuer: 'https://id.example', discovery: 'magic' }, /discovery: .*"magic"/],
    [{ scope: 'a"b' }, /clientCredentials scope/],
    [{ scope: [' a'] }, /clientCredentials scope/],
    [{ timeout: 'soon' }, /clientCredentials timeout/],
    [{ client: { id: '', secret: 'sss' } }, /client id: expected a text, got an empty one/],
    [{ client: { id: 'c1' } }, /client: expected a secret, a privateKey, or public: true/],
    [{ client: { id: 'c1', secret: '' } }, /client secret: expected a secret/],
    [{ client: { id: 'c1', secret: 'pl4nted', by: 'mail' } }, /client by: .*"mail"/],
    [{ client: { id: 'c1', privateKey: 'pl4nted' } }, /client privateKey: expected a private key as PEM/],
    [
      {
        client: {
          id: 'c1',
          privateKey: generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
        },
      },
      /expected a key of RSA, EC/,
    ],
  ])('options that make no sense are named: %#', (wrong, message) => {
    const make = () =>
      clientCredentials({
        tokenEndpoint: 'https://id.example/token',
        client: { id: 'c1', secret: 'sss' },
        ...(wrong as object),
      })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/pl4nted/)
  })

  test('plaintext is allowed where it is asked for', () => {
    const options = { tokenEndpoint: 'http://id.example/token', client: { id: 'c1', public: true } } as const
    expect(() => clientCredentials({ ...options, plaintext: true })).not.toThrow()
  })
})

test('the mistakes that the compiler finds', () => {
  const issuer = 'https://id.example'
  const client = { id: 'c1', secret: 'sss' } as const
  const mail = { ...client, by: 'mail' } as const
  // @ts-expect-error neither an issuer nor an endpoint
  expect(() => clientCredentials({ client })).toThrow(/issuer/)
  // @ts-expect-error no proof
  expect(() => clientCredentials({ issuer, client: { id: 'c1' } })).toThrow(/client/)
  // @ts-expect-error a secret goes by one of two ways
  expect(() => clientCredentials({ issuer, client: mail })).toThrow(/by/)
})

test('many that wait for one token do not hold virtual time still', async () => {
  const server = await serving()
  let queued = 0
  const clock = { ...manualClock(), queued: () => (queued++, () => void queued--) }
  const auth = clientCredentials({ tokenEndpoint: `${server.url}/token`, client: { id: 'c', secret: 'sss' } })
  const client = http({ name: 'api', baseUrl: server.url, auth, ports: { clock } })
  closing.push(() => client.close())
  const release = server.hold()
  const get = client.query({ name: 'get', path: '/' })
  const calls = [get.call(), get.call(), get.call()]
  await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1)
  expect(queued).toBe(2)
  release()
  await Promise.all(calls)
  expect(queued).toBe(0)
})
