import { millis, type Json } from '@xconnector/core'
import { mediaOf } from '../../cloudevents/media.js'
import { atLeastOne, streamRules } from '../../files/stream-rules.js'
import { sweeping } from '../../files/sweeping.js'
import type { FormatFlaw, StreamFormat } from '../format.js'
import { FieldNames } from './field-names.js'
import { MultipartReading, type MultipartLimits } from './multipart-reading.js'
import type { MultipartFormatOptions } from './multipart-options.js'

/**
 * A body of `multipart/form-data` (RFC 7578), of any size: one message, an object of its fields by name. A field is a text, a file is
 * a `FormFile` whose bytes went to the store as they came; a name that came more than once has a list. A field `__proto__`
 * is left out.
 *
 * Nothing is stored of a body that is not believed, malformed or over a limit. Its verifier must be able to look at a body as
 * it goes by.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const multipartFormat = (options: MultipartFormatOptions = {}): StreamFormat => {
  const { store, keep } = options
  const at = 'multipartFormat'
  if (store !== undefined && (typeof store.put !== 'function' || typeof store.remove !== 'function'))
    throw new TypeError(`${at} store: expected a store, such as directoryStore({ dir })`)
  const keepMs = keep === undefined ? undefined : millis(keep, `${at} keep`)
  const stream = streamRules(options, at)
  const limits: MultipartLimits = {
    files: atLeastOne(options.maxFiles ?? 10, `${at} maxFiles`),
    fileBytes: atLeastOne(options.maxFileBytes ?? stream.maxBytes, `${at} maxFileBytes`),
    parts: atLeastOne(options.maxParts ?? 1000, `${at} maxParts`),
    fieldBytes: atLeastOne(options.maxFieldBytes ?? 64 * 1024, `${at} maxFieldBytes`),
    fieldsBytes: atLeastOne(options.maxFieldsBytes ?? 1024 * 1024, `${at} maxFieldsBytes`),
  }
  const maxName = atLeastOne(options.maxNameLength ?? 200, `${at} maxNameLength`)
  return {
    types: [TYPE],
    stream,
    check(head) {
      const given = head.header('content-type') ?? ''
      if (mediaOf(given)?.type !== TYPE) return { status: 415, detail: `expected ${TYPE}` }
      return BOUNDARY.test(given) ? undefined : NO_BOUNDARY
    },
    async take(head, bytes, key) {
      const { Busboy } = await import('@fastify/busboy')
      const reading = new MultipartReading(Busboy, head.header('content-type')!, { store, key, limits })
      const parts = await reading.of(bytes)
      const discard = (): Promise<void> => reading.discard()
      if ('status' in parts) return { read: parts, discard }
      const fields = new FieldNames<Json>(limits.parts, maxName)
      for (const { name, value } of parts.found) {
        const detail = fields.add(name, value)
        if (detail !== undefined) return { read: { status: 400, detail }, discard }
      }
      return { read: { messages: [{ raw: fields.all() }] }, discard }
    },
    ...(store !== undefined &&
      keepMs !== undefined && { start: (intake) => sweeping(store, keepMs, intake) }),
  }
}

const TYPE = 'multipart/form-data'
const BOUNDARY = /;\s*boundary=(?:"[\x20-\x21\x23-\x7e]{1,70}"|[^\s";]{1,70})\s*(?:;|$)/i
const NO_BOUNDARY: FormatFlaw = { status: 400, detail: 'content-type: expected a boundary' }
