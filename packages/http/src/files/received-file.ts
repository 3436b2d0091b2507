import type { Decoder } from '@xconnector/core'
import type { StoredClaim } from '@xconnector/core/patterns'
import type { PathNames } from '../client/path.js'

/** A file that came and was stored: what a flow of `hooks.file` starts with. `P`: its path. */
export interface ReceivedFile<P extends string = string> {
  /** For whoever takes files: its provider is the store. With size and SHA-256. */
  readonly file: StoredClaim
  /** Its media type as the sender said, without parameters, in lower case. `application/octet-stream` where it said none. */
  readonly type: string
  /** Its name as the sender said, made safe; absent where there was none. */
  readonly name?: string
  /** The values of the path's `:names`. */
  readonly params: { readonly [N in PathNames<P>]: string }
  /** The chosen headers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A decoder of what the place of a file has put into the journal. */
export const receivedFile = <P extends string>(): Decoder<ReceivedFile<P>> => ({
  '~standard': {
    version: 1,
    vendor: 'xconnector',
    validate: (value) =>
      isReceived<P>(value)
        ? { value }
        : { issues: [{ message: 'expected a file that an ingress has stored' }] },
  },
})

const isReceived = <P extends string>(value: unknown): value is ReceivedFile<P> => {
  if (!isObject(value)) return false
  const { file, type, name, params, headers } = value
  return (
    isObject(file) &&
    [file['provider'], file['id'], file['version'], file['sha256'], type].every(
      (t) => typeof t === 'string',
    ) &&
    Number.isSafeInteger(file['size']) &&
    (name === undefined || typeof name === 'string') &&
    isObject(params) &&
    isObject(headers)
  )
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
