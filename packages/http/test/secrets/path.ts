/** What a path shows: everything that comes out of it, to be searched. */
export type Show = (...things: readonly unknown[]) => void

/** One way in which a secret could come to light. */
export interface SecretPath {
  /** The options of the package, as `file#name`, whose secrets go this way. */
  readonly covers?: readonly string[]
  /** Texts that tell the secret in another form, such as base64. */
  readonly also?: readonly string[]
  /** Drives it. `secret`: a text to plant, another one for each place. */
  run(secret: (place: string) => string, show: Show): Promise<void>
}
