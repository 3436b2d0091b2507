/** Which entry to read. */
export interface EntryInput {
  readonly contentType: string
  readonly uid: string
  /** A localization. Left out: the stack's master locale. */
  readonly locale?: string
  /** Left out: the newest (management), or the published one (delivery). */
  readonly version?: number
}

/** Which asset to read. */
export interface AssetInput {
  readonly uid: string
  readonly locale?: string
  /** Left out: the newest (management), or the published one (delivery). */
  readonly version?: number
}
