import { Failure } from '../failure/failure.js'

/**
 * A row of a file that cannot be read. Given in its place among the rows, as a value: one bad row does not end an import. Poison.
 * It says where and why, and never quotes the row.
 */
export class BadRow extends Failure<'BadRow', 'poison'> {
  /** The line on which the row begins, from 1. */
  readonly line: number
  readonly reason: string

  constructor(format: string, line: number, reason: string) {
    super('BadRow', 'poison', `${format}, line ${line}: ${reason}`)
    this.line = line
    this.reason = reason
  }
}
