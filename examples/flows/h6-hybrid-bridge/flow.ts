import { byKind, flow, retry } from '@xconnector/core'
import { release } from '@xconnector/core/patterns'
import { ingress, sharedToken, standardWebhooks } from '@xconnector/http'
import { z } from 'zod'
import { cloudDocuments, env, pager, putInArchive, putInCloud, scans, type Published } from './systems.ts'

/** What the cloud tells of a document that the company is to have. */
const DocumentPublished = z.object({
  type: z.literal('document.published'),
  document: z.object({
    id: z.string(),
    version: z.number().int(),
    file: z.object({ type: z.string(), size: z.number().int(), sha256: z.hash('sha256') }),
  }),
})
type DocumentPublished = z.infer<typeof DocumentPublished>

// Each side has a server of its own, with its own certificates: see service.ts.
export const outside = ingress({ basePath: '/from-cloud' })
export const inside = ingress({ basePath: '/from-site' })

const published = outside.webhook({
  path: '/documents',
  body: DocumentPublished,
  verify: standardWebhooks({ secret: env.CLOUD_HOOK_SECRET }),
})

const toPublished = ({ document: { id, version, file } }: DocumentPublished): Published => ({
  id,
  version: String(version),
  type: file.type,
  file: cloudDocuments.ref(id, { version: String(version), size: file.size, sha256: file.sha256 }),
})

// What passes by itself is tried for a day; a certificate that is wrong does not, and somebody has to see to it.
const byItself = byKind({ transient: retry({ max: '15m', upTo: '24h' }) }).alert(pager)

/** A document of the cloud, to the company's archive. */
export const cloudToSite = flow('cloud-to-site')
  .from(published, {
    latest: { key: ({ document }) => document.id, version: ({ document }) => document.version },
  })
  .map('published', toPublished)
  .to(putInArchive)
  .otherwise(byItself)

const scanned = inside.file({
  path: '/scans/:number',
  store: scans,
  verify: sharedToken({ header: 'x-scanner', token: env.SITE_TOKEN }),
  types: ['application/pdf', 'image/tiff'],
  dedupe: 'content',
  digest: 'required',
  maxBytes: 4 * 1024 ** 3,
})

/** A document of the company, to the cloud. */
export const siteToCloud = flow('site-to-cloud')
  .from(scanned)
  .map('scanned', ({ file, type, params }) => ({ file, type, number: params.number }))
  .to(putInCloud)
  .to(release('release-scan', scans, ({ file }) => file))
  .otherwise(byItself)
