import { byKind, discard, flow, retry } from '@xconnector/core'
import { contentstack } from '@xconnector/contentstack'
import { ingress } from '@xconnector/http'
import { z } from 'zod'
import { env, pager, postCard, putDocument, putPage, showSlide } from './systems.ts'

/** What this flow reads of an article: fields of your content type. */
const Article = z.object({
  uid: z.string(),
  locale: z.string(),
  _version: z.number(),
  title: z.string(),
  url: z.string(),
  teaser: z.string(),
  body: z.string(),
})

export const hooks = ingress({ basePath: '/hooks' })
const cms = contentstack({ region: 'EU', apiKey: env.CS_API_KEY })
const published = cms.webhook(hooks, {
  path: '/contentstack',
  on: 'entry.publish',
  contentTypes: ['article'],
  entry: Article,
})

/** A published article, in one language, to everybody who shows it. None of them waits for another. */
export const publish = flow('omnichannel-publish')
  .from(published, {
    latest: {
      key: ({ data }) => `${data.entry.uid}/${data.entry.locale}`,
      version: ({ data }) => data.entry._version,
    },
  })
  .map('article', ({ data }) => data.entry)
  .fanOut({
    site: putPage.with(({ uid, locale, url, title, body }) => ({
      uid,
      locale,
      path: url,
      html: `<h1>${title}</h1>${body}`,
    })),
    app: postCard.with(({ uid, locale, title, teaser }) => ({
      article: uid,
      language: locale,
      headline: title,
      text: teaser,
    })),
    portal: putDocument.with(({ uid, locale, _version, title, body }) => ({
      id: `${uid}.${locale}`,
      revision: _version,
      title,
      content: body,
    })),
    // A branch may have routes of its own: what a screen did not get in five tries is no news any more.
    signage: (article) =>
      article
        .to(showSlide.with(({ uid, title }) => ({ slot: uid, line: title })))
        .on('Unavailable', retry({ attempts: 5 }).orElse(discard('no news any more'))),
  })
  // Tried for hours. What was put aside waits until it is sent again, so somebody is told.
  .otherwise(byKind({ transient: retry({ max: '15m', attempts: 24 }) }).alert(pager))
