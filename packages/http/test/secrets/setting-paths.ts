import { config, secret as secretText, Secret } from '@xconnector/core'
import {
  authorizationCode,
  bearer,
  clientCredentials,
  http,
  refreshToken,
  memoryTokens,
  type Auth,
  type OAuthOptions,
} from '../../src/index.js'
import { generate } from '../../src/openapi/index.js'
import { authority } from '../support/certificates.js'
import { oauthServer, type Odd } from '../support/oauth-server.js'
import { secureServer } from '../support/secure-server.js'
import { hasty } from '../testing/site.js'
import { keptLog } from './call-paths.js'
import type { SecretPath, Show } from './path.js'

/** Shows what a function throws, if anything. */
const thrown = async (f: () => unknown, show: Show): Promise<void> => {
  try {
    show(await f())
  } catch (error) {
    show(error)
  }
}

const odd = (secrets: string): readonly Odd[] => [
  { reset: true },
  { status: 400, body: JSON.stringify({ error: 'invalid_client', error_description: secrets }) },
  { status: 400, body: `{"error":"invalid_grant","error_uri":"https://x.test/?client_secret=${secrets}"}` },
  { status: 401, headers: { 'www-authenticate': `Basic realm="${secrets}"` }, body: secrets },
  { status: 500, body: `<html>${secrets}</html>` },
  { status: 302, headers: { location: `https://x.test/?token=${secrets}` } },
  { status: 200, body: `{"access_token":"${secrets}","token_type":"odd"}` },
  { status: 200, body: `{"access_token":5,"refresh_token":"${secrets}"}` },
  { status: 200, body: secrets },
]

export const SETTING_PATHS: Readonly<Record<string, SecretPath>> = {
  'a base URL with credentials, or with a token in its query': {
    async run(secret, show) {
      for (const baseUrl of [
        `https://me:${secret('userinfo')}@a.test`,
        `https://a.test/?token=${secret('query')}`,
        `https://a.test/#${secret('fragment')}`,
        `ftp://me:${secret('scheme')}@a.test`,
      ])
        await thrown(() => http({ name: 'site', baseUrl }), show)
    },
  },
  'configuration that makes no sense': {
    async run(secret, show) {
      const env = config({ API_TOKEN: secretText }, { API_TOKEN: `${secret('variable')}\n` })
      const { log, said } = keptLog()
      const client = http({
        name: 'site',
        baseUrl: 'http://127.0.0.1:9',
        auth: bearer(env.API_TOKEN),
        ports: { clock: hasty, log },
      })
      show(env, said, await client.query({ name: 'get', path: '/' }).call())
      await thrown(
        () => http({ name: 'site', baseUrl: 'https://a.test', headers: { 'x-a': `${secret('header')}\n` } }),
        show,
      )
    },
  },
  'TLS keys, passphrases and certificates that do not fit': {
    covers: ['cert', 'key', 'pfx', 'passphrase', 'ca', 'tls'].map(
      (name) => `network/network-options.ts#${name}`,
    ),
    async run(secret, show) {
      const ca = authority()
      const pair = ca.issue('server', { for: ['127.0.0.1'] })
      await using server = await secureServer(pair, (_, res) => res.end('{}'))
      const broken = (label: string): string =>
        `-----BEGIN ${label}-----\n${Buffer.from(secret(label)).toString('base64')}\n-----END ${label}-----\n`
      for (const tls of [
        { cert: pair.cert, key: broken('PRIVATE KEY') },
        { cert: pair.cert, key: broken('ENCRYPTED PRIVATE KEY'), passphrase: secret('passphrase') },
        { cert: broken('CERTIFICATE'), key: pair.key },
        { cert: pair.cert, key: new Secret(secret('no PEM')) },
        { pfx: Buffer.from(secret('pfx')), passphrase: new Secret(secret('passphrase')) },
        { ca: secret('no CA') },
        { cert: pair.cert, key: { file: `/nowhere/${'key.pem'}` }, passphrase: secret('passphrase') },
        { cert: ca.issue('other').cert, key: pair.key, ca: ca.cert, passphrase: secret('unused') },
      ])
        await thrown(
          async () => {
            const client = http({ name: 'site', baseUrl: server.url, tls, ports: { clock: hasty } })
            const result = await client.query({ name: 'get', path: '/' }).call()
            client.close()
            return [client, result._tag === 'Left' ? result.left : undefined]
          },
          (value) => show(...(Array.isArray(value) ? (value as unknown[]) : [value])),
        )
      await thrown(
        () =>
          http({ name: 'site', baseUrl: server.url, tls: () => ({ key: secret('given') }) })
            .query({ name: 'get', path: '/' })
            .call(),
        show,
      )
    },
  },
  'OAuth: client secrets, tokens, codes and keys, whatever the server answers': {
    covers: [
      'auth/oauth/oauth-options.ts#secret',
      'auth/oauth/oauth-options.ts#privateKey',
      'auth/oauth/refresh-token.ts#refreshToken',
    ],
    async run(secret, show) {
      const client = secret('client')
      const refresh = secret('refresh')
      const options = (url: string): OAuthOptions => ({
        tokenEndpoint: `${url}/token`,
        client: { id: 'c1', secret: new Secret(client) },
      })
      const grants: readonly (readonly [string, (url: string) => Auth])[] = [
        [client, (url) => clientCredentials(options(url))],
        [
          `${client} ${refresh}`,
          (url) => refreshToken({ ...options(url), refreshToken: refresh, store: memoryTokens() }),
        ],
      ]
      for (const [known, grant] of grants)
        for (const answer of odd(known)) {
          await using server = await oauthServer()
          server.odd.push(answer, answer)
          const { log, said } = keptLog()
          const auth = grant(server.url)
          const api = http({ name: 'api', baseUrl: server.url, auth, ports: { clock: hasty, log } })
          const result = await api.query({ name: 'get', path: '/' }).call()
          show(auth, api, said, result._tag === 'Left' ? result.left : undefined)
          api.close()
        }
      for (const answer of odd('CODE')) {
        await using server = await oauthServer()
        const auth = authorizationCode({
          tokenEndpoint: `${server.url}/token`,
          client: { id: 'c1', secret: new Secret(client) },
          authorizationEndpoint: `${server.url}/authorize`,
          redirectUri: 'https://us.example/cb',
          store: memoryTokens(),
        })
        const started = await auth.start()
        if (started._tag === 'Left') throw started.left
        const { url, pending } = started.right
        const code = secret('code')
        const back = new URL('https://us.example/cb')
        back.searchParams.set('code', code)
        back.searchParams.set('state', new URL(url).searchParams.get('state')!)
        server.odd.push(JSON.parse(JSON.stringify(answer).replaceAll('CODE', code)) as Odd)
        const result = await auth.exchange(back.href, pending)
        if (server.asked.length === 0) throw new Error('no token was asked for')
        show(auth, result._tag === 'Left' ? result.left : undefined)
        const wrong = await auth.exchange(`https://us.example/cb?code=${secret('other')}&state=x`, pending)
        show(wrong._tag === 'Left' ? wrong.left : undefined)
      }
      const privateKey = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(secret('key')).toString('base64')}\n-----END PRIVATE KEY-----\n`
      await thrown(async () => {
        const auth = clientCredentials({
          tokenEndpoint: 'http://127.0.0.1:9/token',
          client: { id: 'c1', privateKey, alg: 'ES256' },
        } as never)
        const api = http({ name: 'api', baseUrl: 'http://127.0.0.1:9', auth, ports: { clock: hasty } })
        const result = await api.query({ name: 'get', path: '/' }).call()
        return result._tag === 'Left' ? result.left : undefined
      }, show)
    },
  },
  'what the OpenAPI generator writes': {
    run: async (secret, show) => {
      const document = {
        openapi: '3.1.0',
        info: { title: 'A', version: '1' },
        servers: [{ url: `https://me:${secret('userinfo')}@a.test/?token=${secret('token')}` }],
        components: {
          securitySchemes: {
            k: { type: 'apiKey', in: 'header', name: 'x-key', 'x-default': secret('scheme') },
          },
        },
        paths: {
          '/a': {
            get: {
              operationId: 'a',
              parameters: [
                {
                  name: 'access_token',
                  in: 'query',
                  schema: { type: 'string', default: secret('default') },
                  example: secret('example'),
                },
              ],
              responses: { 200: { description: 'ok' } },
            },
          },
        },
      }
      show(generate(document))
    },
  },
}
