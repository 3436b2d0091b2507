import { Failure } from './failure.js'

/** A recipient list named recipients that it does not have. Nothing was sent. */
export class Unresolved extends Failure<'Unresolved', 'permanent'> {
  /** The names that are none of its recipients. */
  readonly unknown: readonly string[]

  constructor(list: string, unknown: readonly string[], known: readonly string[]) {
    super(
      'Unresolved',
      'permanent',
      `recipients "${list}": ${unknown.map((n) => JSON.stringify(n)).join(', ')}: expected some of ${known.join(', ')}`,
    )
    this.unknown = unknown
  }
}
