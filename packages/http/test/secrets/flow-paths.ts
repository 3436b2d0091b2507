import { inspect } from 'node:util'
import {
  createDestination,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  right,
  Secret,
  target,
  type Alert,
} from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { z } from 'zod'
import { apiKey, bearer, http, ingress, json, unsigned } from '../../src/index.js'
import { mockRemote, on } from '../../src/testing/index.js'
import { tcpServer } from '../support/loopback.js'
import { keptLog } from './call-paths.js'
import type { SecretPath } from './path.js'

export const FLOW_PATHS: Readonly<Record<string, SecretPath>> = {
  'a flow to a remote that echoes: journal rows, dead letters, alerts, events and logs': {
    async run(secret, show) {
      for (const status of ['422 U', '401 U', '500 I', '429 T']) {
        await using server = await tcpServer((s, request) => {
          const body = JSON.stringify({ echo: request })
          s.end(
            `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nlocation: /${encodeURIComponent(request)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
          )
        })
        const { log, said } = keptLog()
        const site = http({
          name: 'site',
          baseUrl: server.url,
          auth: bearer(new Secret(secret('token'))),
          headers: { 'x-other': new Secret(secret('header')) },
          ports: { log },
        })
        const post = site.target({
          name: 'post',
          method: 'POST',
          path: '/things',
          query: { api_key: secret('query') },
          body: json<{ n: number }>(),
          effect: 'unsafe',
        })
        const told: Alert[] = []
        const pager = target({
          name: 'pager',
          destination: createDestination({ name: 'pager' }),
          effect: 'idempotent',
          run: async (alert: Alert) => right(told.push(alert)),
        })
        const store = memoryStore()
        const source = ingress().webhook({
          path: '/in',
          body: z.object({ n: z.number() }),
          verify: unsigned({ because: 'a test' }),
        })
        const publish = flow('publish').from(source).to(post).otherwise(deadLetter().alert(pager))
        const events: unknown[] = []
        await using t = testFlow(publish, {
          log,
          journal: (clock) => memoryJournal({ clock, store }),
        })
        for (const event of ['accepted', 'done', 'retry', 'dead', 'parked', 'opened', 'trouble'])
          t.runtime.events.on(event as never, (...given: unknown[]) => void events.push(given))
        const report = await t.send({ n: 1 })
        if (report.dead.length !== 1 || events.length < 2 || told.length !== 1)
          throw new Error(`not all was driven: ${status}`)
        show(report, told, said, events, inspect(store, { depth: Infinity, showHidden: true }))
        site.close()
      }
    },
  },
  'a dry run, and what a mocked remote keeps': {
    async run(secret, show) {
      const site = http({
        name: 'site',
        baseUrl: 'https://site.test',
        auth: apiKey({ in: 'query', parameter: 'mine', key: secret('key') }),
        headers: { 'x-a': new Secret(secret('header')), cookie: `sid=${secret('cookie')}` },
      })
      const post = site.target({
        name: 'post',
        method: 'POST',
        path: '/a',
        query: { access_token: secret('query') },
        body: json<{ n: number }>(),
        effect: 'keyed',
      })
      const made = mockRemote(site, [on(post, () => undefined)])
      await made.fetch(
        new Request(`https://site.test/a?mine=${secret('mine')}&token=${secret('token')}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            cookie: `sid=${secret('sent')}`,
            'x-a': secret('own'),
            authorization: `Basic ${Buffer.from(`me:${secret('basic')}`).toString('base64')}`,
          },
          body: JSON.stringify({ password: secret('body') }),
        }),
      )
      show(made.requests, made.troubles)
      const clock = { now: () => 0 }
      show(await post.preview?.({ n: 1 }, { key: 'k', config: {}, clock, message: {} } as never))
    },
  },
}
