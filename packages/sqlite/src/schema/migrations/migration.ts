/** One step of the schema. Numbers are never reused, and a published step is never changed. */
export interface Migration {
  /** The schema's number after this step. */
  readonly to: number
  /** The oldest schema number whose builds can still work on the file: lets the next minor be rolled back. */
  readonly readableBy: number
  /** Runs in one transaction together with the change of number. */
  readonly sql: string
}
