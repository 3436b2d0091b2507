import type { Duration } from '@xconnector/core'
import type { ClaimStore, StoredClaim } from '@xconnector/core/patterns'
import type { StreamOptions } from '../../files/stream-rules.js'

/** Where files go, and limits of a form with files. */
export interface MultipartFormatOptions extends StreamOptions {
  /** Where files are kept: `directoryStore({ dir })` of `@xconnector/core/patterns`. Left out: a form with files is refused. */
  readonly store?: ClaimStore
  /** As in `hooks.file`: for how long files are kept; older ones are swept every hour. Left out: nothing is swept. */
  readonly keep?: Duration
  /** The most files. Default 10. */
  readonly maxFiles?: number
  /** The most bytes of one file. Default: those of the whole body. */
  readonly maxFileBytes?: number
  /** The most fields and files. Default 1000. */
  readonly maxParts?: number
  /** The most bytes of one field. Default 64 KiB. */
  readonly maxFieldBytes?: number
  /** The most bytes of all fields together: they are held in memory. Default 1 MiB. */
  readonly maxFieldsBytes?: number
  /** The longest name, in characters. Default 200. */
  readonly maxNameLength?: number
}

/** A file of a form: what stands in its place in the message. */
export interface FormFile {
  /** For whoever takes files: its provider is the store. With size and SHA-256. */
  readonly file: StoredClaim
  /** Its media type as the sender said, in lower case. */
  readonly type: string
  /** Its name as the sender said, made safe; absent where there was none. */
  readonly name?: string
}
