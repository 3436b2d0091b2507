import { config, secret, url, type Alert, type FileProvider } from '@xconnector/core'
import { bearer, http, json } from '@xconnector/http'
import { vip } from '@xconnector/vip'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  LIBRARY_URL: url,
  LIBRARY_TOKEN: secret,
  LIBRARY_HOOK_SECRET: secret,
  VIP_URL: url,
  VIP_TOKEN: secret,
  PAGER_URL: url,
})

// The library that assets come from: any system with webhooks and files over HTTP.
const library = http({ name: 'library', baseUrl: env.LIBRARY_URL, auth: bearer(env.LIBRARY_TOKEN) })
const file = library.download({
  name: 'file',
  path: ({ id, version }: { id: string; version: string; start: number }) =>
    `/assets/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}/file`,
  headers: ({ start }): Record<string, string> => (start > 0 ? { range: `bytes=${start}-` } : {}),
})

/** Opens files of the library by reference. They are streamed: no file is ever in memory as a whole. */
export const libraryFiles: FileProvider = {
  name: 'library',
  settings: file.settings ?? [],
  async open({ id, version }, { start = 0, ctx } = {}) {
    const answer = await file.call({ id, version, start }, ctx) // as a part of the step that asks for it
    if (answer._tag === 'Left') throw answer.left
    const { status, body } = answer.right
    if (start === 0 || status === 206) return body
    body.destroy()
    throw new Error(`the library has sent file ${id} from its beginning, not from byte ${start}`)
  },
}

export const dam = vip({
  baseUrl: env.VIP_URL,
  auth: bearer(env.VIP_TOKEN),
  files: libraryFiles,
  chunkBytes: 1024 * 1024, // what a crash may send a second time
})

/** Where people are told that something was refused, or waits for them. */
export const pager = http({ name: 'pager', baseUrl: env.PAGER_URL }).target({
  name: 'page-somebody',
  method: 'POST',
  path: '/alerts',
  body: json<Alert>(),
  effect: 'keyed',
})
