import { Failure } from '../failure/failure.js'

/** A file none of whose rows can be read: its header is wrong. Thrown by whoever reads it. Poison. */
export class BadFile extends Failure<'BadFile', 'poison'> {
  constructor(format: string, what: string) {
    super('BadFile', 'poison', `${format}: ${what}`)
  }
}
