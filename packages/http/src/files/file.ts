import { millis, type Source } from '@xconnector/core'
import type { Routes } from '../ingress/routes.js'
import { webhookOf } from '../ingress/webhook.js'
import { fileFormat } from './file-format.js'
import type { FileOptions } from './file-options.js'
import { receivedFile, type ReceivedFile } from './received-file.js'
import { streamRules } from './stream-rules.js'

const MEDIA = /^(?:\*\/\*|[!#$%&'+.^_`|~0-9a-z-]+\/(?:\*|[!#$%&'+.^_`|~0-9a-z-]+))$/

/** A source whose messages are files that came by HTTP. */
export const fileOf = <P extends string>(
  routes: Routes,
  basePath: string,
  options: FileOptions<P>,
): Source<ReceivedFile<P>> => {
  const {
    path,
    method,
    store,
    verify,
    name,
    type = 'file',
    dedupe,
    headers = [],
    types = ['*/*'],
    keep,
  } = options
  const at = `file ${basePath}${path}`
  if (typeof store?.put !== 'function' || typeof store.remove !== 'function')
    throw new TypeError(`${at} store: expected a store, such as directoryStore({ dir })`)
  const wanted = types.map((t) => (typeof t === 'string' ? t.toLowerCase() : ''))
  if (wanted.length === 0 || !wanted.every((t) => MEDIA.test(t)))
    throw new TypeError(`${at} types: expected media types such as "image/*", got ${JSON.stringify(types)}`)
  const keepMs = keep === undefined ? undefined : millis(keep, `${at} keep`)
  if (keepMs !== undefined && keepMs <= 0)
    throw new TypeError(`${at} keep: expected a duration longer than nothing`)
  const format = fileFormat({
    store,
    rules: streamRules(options, at),
    types: wanted,
    headers: headers.map((h) => h.toLowerCase()),
    byContent: dedupe === 'content',
    keepMs,
  })
  return webhookOf(routes, basePath, {
    kind: 'file',
    path,
    verify,
    type,
    format,
    headers,
    body: receivedFile<P>(),
    ...(method !== undefined && { method }),
    ...(name !== undefined && { name }),
    ...(dedupe !== undefined && { dedupe: dedupe === 'content' ? 'id' : dedupe }),
  })
}
