import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import axios, { type AxiosInstance } from 'axios'
import { CONCURRENCY } from '../../../../../examples/demo/src/shared/evidence.ts'

interface EntryPublished {
  readonly data: {
    readonly entry: {
      readonly uid: string
      readonly locale: string
      readonly _version: number
      readonly title: string
      readonly summary: string
      readonly body: readonly string[]
      readonly category: string
    }
  }
}

const client = (baseURL: string, maxSockets: number): AxiosInstance =>
  axios.create({ baseURL, httpAgent: new Agent({ keepAlive: true, maxSockets }), timeout: 30_000 })

/** Maps a published entry and posts it to the site and the portal: the same requests as the demo's flow. */
export const sendingEntries = (siteUrl: string, portalUrl: string): ((event: unknown) => Promise<void>) => {
  const site = client(siteUrl, CONCURRENCY.site)
  const portal = client(portalUrl, CONCURRENCY.portal)
  return async (event) => {
    const {
      uid,
      locale,
      _version: version,
      title,
      summary,
      body,
      category,
    } = (event as EntryPublished).data.entry
    const id = randomUUID()
    const html = [`<h1>${title}</h1>`, ...body.map((text) => `<p>${text}</p>`)].join('\n')
    await Promise.all([
      site.put(`/pages/${encodeURIComponent(uid)}`, { uid, locale, version, html, entry: id }),
      portal.post(
        '/teasers',
        { uid, locale, version, teaser: `${title}: ${summary}`, category },
        { headers: { 'idempotency-key': `"${id}"` } },
      ),
    ])
  }
}
