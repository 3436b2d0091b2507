import * as t from 'io-ts'
import { setupServer } from 'msw/node'
import { z } from 'zod'
import { systemClock, type Clock } from '@xconnector/core'
import { http, json, type HttpOptions } from '../../src/index.js'
import type { MockRemote } from '../../src/testing/index.js'
import { overNodeHttp } from '../../src/testing/index.js'
import { undiciTransport } from '../../src/undici/index.js'

/** A page of the site under test. */
export type Page = t.TypeOf<typeof Page>
export const Page = t.type({ uid: t.string, title: t.string })

/** Quick retries wait for nothing. */
export const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

/** A client with one call of each kind. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types
export const siteAt = (baseUrl: string, options: Partial<Omit<HttpOptions, 'name' | 'baseUrl'>> = {}) => {
  const site = http({ name: 'site', baseUrl, ports: { clock: hasty }, ...options })
  return {
    site,
    page: site.query({ name: 'page', path: '/pages/:uid', response: Page }),
    search: site.query({
      name: 'search',
      method: 'POST',
      path: '/search',
      body: json<{ q: string }>(),
      response: z.object({ count: z.string().transform(Number) }),
    }),
    put: site.target({
      name: 'put',
      method: 'PUT',
      path: (p: Page) => `/pages/${encodeURIComponent(p.uid)}`,
      body: Page,
      response: Page,
      effect: 'idempotent',
    }),
    post: site.target({
      name: 'post',
      method: 'POST',
      path: '/pages',
      body: Page,
      response: t.type({ revision: t.number }),
      effect: 'keyed',
    }),
    notify: site.target({
      name: 'notify',
      method: 'POST',
      path: '/notes',
      body: json<{ text: string }>(),
      effect: 'unsafe',
    }),
    tell: site.target({
      name: 'tell',
      method: 'POST',
      path: '/told',
      body: json<{ text: string }>(),
      response: z.object({ ok: z.boolean() }),
      effect: 'unsafe',
    }),
    remove: site.target({ name: 'remove', method: 'DELETE', path: '/pages/:uid', effect: 'idempotent' }),
    file: site.download({ name: 'file', path: '/files/:id' }),
    list: site.pages({
      name: 'list',
      path: '/pages',
      response: z.object({ items: z.array(z.object({ uid: z.string() })), next: z.string().nullable() }),
      items: (page) => page.items,
      next: { cursor: (page) => page.next, query: 'cursor' },
    }),
  }
}

export type Site = ReturnType<typeof siteAt>

const BASE = 'https://site.test/api'

/** The three ways in which a client under test reaches a mocked remote. */
export const WAYS: readonly (readonly [
  string,
  (make: (site: Site) => MockRemote, f: (site: Site, remote: MockRemote) => Promise<void>) => Promise<void>,
])[] = [
  [
    'msw',
    async (make, f) => {
      const site = siteAt(BASE)
      await intercepted(make(site), (remote) => f(site, remote))
    },
  ],
  [
    'msw, by undici over node:http',
    async (make, f) => {
      const site = siteAt(BASE, { transport: undiciTransport({ dispatcher: overNodeHttp() }) })
      await intercepted(make(site), (remote) => f(site, remote))
    },
  ],
  [
    'loopback',
    async (make, f) => {
      // The calls are declared twice: the stand-in goes by those of a client that has no place yet.
      let port = 0
      await using first = await make(siteAt(BASE)).listen()
      port = first.port
      const site = siteAt(`http://127.0.0.1:${port}/api`)
      await first.close()
      await using remote = make(site)
      await remote.listen({ port })
      await f(site, remote)
      site.site.close()
    },
  ],
]

const intercepted = async (remote: MockRemote, f: (remote: MockRemote) => Promise<void>): Promise<void> => {
  const server = setupServer(...(await remote.handlers()))
  server.listen({ onUnhandledFrame: 'error' })
  try {
    await f(remote)
  } finally {
    server.close()
    await remote.close()
  }
}
