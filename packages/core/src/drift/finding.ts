/** What about a place is not as it was. */
export type DriftKind = 'unknown' | 'value' | 'type' | 'vanished'

/** Something that a profile noticed in one message. */
export interface Finding {
  /** `data.entry.tags[].name`; `[]` for any index, `*` for keys that are data. */
  readonly path: string
  readonly what: DriftKind
  /** The kind of JSON that is there, or was; of `value` the new text. */
  readonly sample: string
  /** Not seen before, or more of what was told. */
  readonly first: boolean
  /** In how many messages. */
  readonly times: number
}
