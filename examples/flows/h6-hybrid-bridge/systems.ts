import { config, secret, text, url, type Alert, type FileRef } from '@xconnector/core'
import { directoryStore } from '@xconnector/core/patterns'
import { bearer, fileBody, http, httpFiles, json } from '@xconnector/http'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  CLOUD_URL: url,
  CLOUD_TOKEN: secret,
  CLOUD_CA: text, // the paths of files, in PEM
  CLOUD_HOOK_SECRET: secret,
  PROXY_URL: secret, // with its user and password
  SITE_URL: url,
  SITE_CA: text,
  SITE_CERT: text,
  SITE_KEY: text,
  SITE_TOKEN: secret,
  PAGER_URL: url,
})

// The cloud, by the company's proxy. Only its own authority is trusted, not the hundred others that the platform knows. It
// redirects downloads to its file hosts: there, and nowhere else, they go on, without the token.
const cloud = http({
  name: 'cloud',
  baseUrl: env.CLOUD_URL,
  auth: bearer(env.CLOUD_TOKEN),
  tls: { ca: { file: env.CLOUD_CA }, roots: 'replace' },
  proxy: env.PROXY_URL,
  redirects: { hosts: ['.files.cloud.example'] },
})

// The site, within the company: mutual TLS by the company's authority. A certificate that is renewed in its file is taken up.
const site = http({
  name: 'site',
  baseUrl: env.SITE_URL,
  tls: {
    cert: { file: env.SITE_CERT },
    key: { file: env.SITE_KEY },
    ca: { file: env.SITE_CA },
    roots: 'replace',
    reload: '1m',
  },
  proxy: false,
})

/** Documents of the cloud. Opened by reference on each attempt, and streamed. */
export const cloudDocuments = httpFiles(cloud, { path: '/documents/:id/versions/:version/content' })

/** Documents of the site, from when they came until the cloud has them. */
export const scans = directoryStore({ dir: process.env['SCANS_DIR'] ?? 'scans', name: 'scans' })

/** A document on its way to the archive. */
export interface Published {
  readonly id: string
  readonly version: string
  readonly type: string
  readonly file: FileRef
}

export const putInArchive = site.target({
  name: 'put-in-archive',
  method: 'PUT',
  path: '/archive/:id/:version',
  body: fileBody(cloudDocuments, ({ file, type }: Published) => ({ file, type, digest: 'Repr-Digest' })),
  effect: 'idempotent', // a version may be put any number of times
})

/** A document on its way to the cloud. */
export interface Scanned {
  readonly number: string
  readonly type: string
  readonly file: FileRef
}

export const putInCloud = cloud.target({
  name: 'put-in-cloud',
  method: 'PUT',
  path: '/scans/:number',
  body: fileBody(scans, ({ file, type }: Scanned) => ({ file, type, digest: 'Repr-Digest' })),
  effect: 'idempotent',
})

/** Where people are told that something waits for them. */
export const pager = http({ name: 'pager', baseUrl: env.PAGER_URL }).target({
  name: 'page-somebody',
  method: 'POST',
  path: '/alerts',
  body: json<Alert>(),
  effect: 'keyed',
})
