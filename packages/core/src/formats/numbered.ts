/** A row with the line on which it begins, from 1. */
export interface Numbered<R> {
  readonly line: number
  readonly row: R
}
