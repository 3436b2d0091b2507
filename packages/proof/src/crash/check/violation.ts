/** Something that a run has shown and that must not be. */
export interface Violation {
  /** Which rule it breaks, in a few words. */
  readonly rule: string
  /** What is wrong, in a sentence. */
  readonly says: string
  /** The message that it is about, where it is about one. */
  readonly m?: string
  /** The effect or entry that it is about. */
  readonly key?: string
}
