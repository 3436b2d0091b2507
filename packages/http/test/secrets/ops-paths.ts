import {
  createRuntime,
  deadLetter,
  decodeWith,
  flow,
  memoryJournal,
  Secret,
  type Intake,
  type Source,
} from '@xconnector/core'
import { z } from 'zod'
import { bearer, http, json } from '../../src/index.js'
import { operatorTokens, ops } from '../../src/ops/index.js'
import { tcpServer } from '../support/loopback.js'
import { keptLog } from './call-paths.js'
import type { SecretPath } from './path.js'

const GETS = [
  '/livez',
  '/readyz',
  '/metrics',
  '/status',
  '/flows/publish',
  '/flows/publish/graph',
  '/dead',
  '/dead/<id>',
  '/dead?tag=Rejected&limit=1',
  '/paused',
  '/runs/publish',
  '/none',
]

const posts = (id: string): readonly (readonly [string, object])[] => [
  ['/dead/replay', { ids: [id], dryRun: true }],
  ['/dead/replay', { filter: { flow: 'publish' } }],
  ['/dead/replay', { ids: [id], what: 'message' }],
  ['/dead/discard', { filter: { flow: 'publish' }, why: 'a test' }],
  ['/pause', { flow: 'publish', why: 'a test' }],
  ['/pause', { flow: 'none' }],
  ['/resume', { flow: 'publish' }],
]

export const OPS_PATHS: Readonly<Record<string, SecretPath>> = {
  'every route of ops, its logs, and the events that it tells': {
    covers: ['ops/operator-tokens.ts#token'],
    async run(secret, show) {
      await using server = await tcpServer((s, request) => {
        const body = JSON.stringify({ echo: request })
        s.end(
          `HTTP/1.1 422 U\r\ncontent-type: application/json\r\nlocation: /?token=${encodeURIComponent(request)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        )
      })
      const { log, said } = keptLog()
      const site = http({
        name: 'site',
        baseUrl: server.url,
        auth: bearer(new Secret(secret('bearer'))),
        headers: { 'x-other': new Secret(secret('header')) },
      })
      const post = site.target({
        name: 'post',
        method: 'POST',
        path: '/things',
        query: { api_key: secret('query') },
        body: json<object>(),
        effect: 'idempotent',
      })
      let intake: Intake | undefined
      const source: Source<object> = {
        name: 'orders',
        single: false,
        decode: decodeWith(z.looseObject({ n: z.number() })),
        start(given) {
          intake = given
          return { stop: () => {} }
        },
      }
      const publish = flow('publish').from(source).to(post).otherwise(deadLetter())
      const runtime = createRuntime({ flows: [publish], journal: memoryJournal(), log })
      await runtime.start()
      const act = secret('act')
      const authorize = operatorTokens({
        ann: { token: new Secret(act), may: 'act' },
        bob: { token: secret('look'), may: 'look' },
      })
      const service = ops(runtime, { authorize, log })
      const ask = async (path: string, body?: object, token = act): Promise<Response> =>
        service.fetch(
          new Request(`https://me.test/ops${path}`, {
            method: body === undefined ? 'GET' : 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          }),
        )
      const answer = async (asked: Promise<Response>): Promise<void> => {
        const { status, headers, ...response } = await asked.then(async (r) => ({
          status: r.status,
          headers: [...r.headers],
          text: await r.text(),
        }))
        show(status, headers, response.text)
      }
      const events = (await ask('/events')).body!.pipeThrough(new TextDecoderStream()).getReader()
      const dead = async (): Promise<string> => {
        await intake!.accept([
          {
            raw: {
              n: 1,
              password: secret('password'),
              user: { access_token: secret('nested'), tokens: [secret('list')] },
              link: `https://files.test/a?signature=${secret('link')}&n=1`,
              note: `Authorization: Bearer ${secret('text')}`,
            },
            type: 'order',
            undecodable: 'dead-letter',
            headers: { authorization: `Bearer ${secret('raw')}`, 'x-hub-signature': secret('signature') },
          },
        ])
        for (;;) {
          const [letter] = await runtime.deadLetters.list()
          if (letter !== undefined && runtime.idle) return letter.id
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      let id = await dead()
      for (const path of GETS) await answer(ask(path.replace('<id>', id)))
      for (const [path, body] of posts(id)) {
        id = await dead()
        await answer(
          ask(
            path,
            JSON.parse(JSON.stringify(body).replaceAll(/"ids":\[[^\]]*\]/g, `"ids":["${id}"]`)) as object,
          ),
        )
      }
      await answer(ask('/erase', { key: secret('key') }))
      await answer(ask('/status', undefined, secret('wrong')))
      await answer(ask('/erase', { key: secret('key') }, secret('wrong')))
      service.close()
      let told = ''
      for (;;) {
        const { done, value } = await events.read()
        if (done) break
        told += value
      }
      if (!/event: dead/.test(told)) throw new Error('not all was driven: events')
      show(told, said, service, authorize)
      await runtime.stop()
      site.close()
    },
  },
}
