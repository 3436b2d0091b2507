import { byKind, deadLetter, flow, type Deployable } from '@xconnector/core'
import type { Contentstack } from '@xconnector/contentstack'
import { http, json, type Ingress } from '@xconnector/http'
import * as t from 'io-ts'
import { CONCURRENCY } from '../shared/evidence.ts'
import { env } from './environment.ts'
import { soon } from './soon.ts'

const Article = t.type({
  uid: t.string,
  locale: t.string,
  _version: t.number,
  title: t.string,
  summary: t.string,
  body: t.array(t.string),
  category: t.string,
  tags: t.array(t.string),
})

/** One version of an article in one language, as the service knows it. */
interface Edition {
  readonly uid: string
  readonly locale: string
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly body: readonly string[]
  readonly category: string
}

// Slow. A page may be put any number of times.
const site = http({
  name: 'site',
  baseUrl: env.SITE_URL,
  destination: { concurrency: CONCURRENCY.site },
})
const putPage = site.target({
  name: 'put-page',
  method: 'PUT',
  path: '/pages/:uid',
  body: json<{ uid: string; locale: string; version: number; html: string; entry: string }>(),
  effect: 'idempotent',
})

// Down for a while, and particular. Knows a repeat by its Idempotency-Key.
const portal = http({
  name: 'portal',
  baseUrl: env.PORTAL_URL,
  destination: { concurrency: CONCURRENCY.portal, circuit: { open: '250ms', maxOpen: '1s' } },
})
const postTeaser = portal.target({
  name: 'post-teaser',
  method: 'POST',
  path: '/teasers',
  body: json<{ uid: string; locale: string; version: number; teaser: string; category: string }>(),
  effect: 'keyed',
})

/** Published entries, to a site and a portal that know nothing of each other. */
export const entriesFlow = (hooks: Ingress, cms: Contentstack): Deployable =>
  flow('entries')
    .from(
      cms.webhook(hooks, {
        path: '/contentstack/entries',
        name: 'published entries',
        on: 'entry.publish',
        entry: Article,
      }),
      {
        latest: {
          key: ({ data }) => `${data.entry.uid}/${data.entry.locale}`,
          version: ({ data }) => data.entry._version,
        },
      },
    )
    .map('edition', ({ data }): Edition => {
      const { uid, locale, _version: version, title, summary, body, category } = data.entry
      return { uid, locale, version, title, summary, body, category }
    })
    .fanOut({
      site: putPage.with(({ uid, locale, version, title, body }: Edition, ctx) => ({
        uid,
        locale,
        version,
        html: [`<h1>${title}</h1>`, ...body.map((text) => `<p>${text}</p>`)].join('\n'),
        entry: ctx.key,
      })),
      portal: (edition) =>
        edition
          .to(
            postTeaser.with(({ uid, locale, version, title, summary, category }: Edition) => ({
              uid,
              locale,
              version,
              teaser: `${title}: ${summary}`,
              category,
            })),
          )
          .on('Unavailable', soon)
          .on('ConnectionLost', soon)
          .on('Rejected', deadLetter()),
    })
    .otherwise(byKind({ transient: soon }))
