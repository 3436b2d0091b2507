import type { Json } from '@xconnector/core'
import type { ClaimStore } from '@xconnector/core/patterns'
import { mediaOf } from '../cloudevents/media.js'
import type { FormatFlaw, StreamFormat, StreamHead, StreamRules } from '../ingress/format.js'
import { fileName } from './file-name.js'
import { sweeping } from './sweeping.js'

/** What the format of a file is made of. */
export interface FileFormatParts {
  readonly store: ClaimStore
  readonly rules: StreamRules
  /** Media types that are taken, in lower case. */
  readonly types: readonly string[]
  /** Headers that stand in the body of the message, in lower case. */
  readonly headers: readonly string[]
  /** The dedupe key is the SHA-256 of the file. */
  readonly byContent: boolean
  /** Milliseconds. */
  readonly keepMs: number | undefined
}

const OCTETS = 'application/octet-stream'
const WRONG_TYPE: FormatFlaw = { status: 415, detail: 'expected a file of another media type' }

/** A body that is a file: it goes to a store, and its message refers to it. */
export const fileFormat = (parts: FileFormatParts): StreamFormat => {
  const { store, rules, types, headers, byContent, keepMs } = parts
  return {
    types,
    stream: rules,
    check(head) {
      const type = typeOf(head)
      if (type === undefined) return { status: 415, detail: 'content-type: expected a media type' }
      return types.some((wanted) => isOf(type, wanted)) ? undefined : WRONG_TYPE
    },
    async take(head, bytes, key) {
      const file = await store.put(key, () => bytes)
      const name = fileName(head.header('content-disposition'))
      const raw: Json = {
        // Just what a claim has: a store of the user's may give more.
        file: {
          provider: file.provider,
          id: file.id,
          version: file.version,
          size: file.size,
          sha256: file.sha256,
        },
        type: typeOf(head) ?? OCTETS,
        ...(name !== undefined && { name }),
        params: head.params,
        headers: chosen(head, headers),
      }
      return {
        read: { messages: [{ raw, ...(byContent && { id: `sha256:${file.sha256}` }) }] },
        discard: () => store.remove(file),
      }
    },
    ...(keepMs !== undefined && { start: (intake) => sweeping(store, keepMs, intake) }),
  }
}

const typeOf = (head: StreamHead): string | undefined => {
  const given = head.header('content-type')
  return given === undefined ? OCTETS : mediaOf(given)?.type
}

const isOf = (type: string, wanted: string): boolean =>
  wanted === '*/*' || type === wanted || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)))

const LONGEST = 1024

/** Repeated and overlong ones are left out. */
const chosen = (head: StreamHead, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const [value, again] = head.headers(name)
      return value === undefined || again !== undefined || value.length > LONGEST ? [] : [[name, value]]
    }),
  )
