import { Failure } from './failure.js'

/** Why a journal could not serve. */
export type JournalTrouble =
  | 'missing'
  | 'no-answer'
  | 'closed'
  | 'not-open'
  | 'in-use'
  | 'unwritable'
  | 'full'
  | 'corrupt'
  | 'newer-schema'
  | 'engine-too-old'
  | 'failed'

/** The journal could not read or write. Nothing of the call was written. The message names place and remedy. */
export class JournalUnavailable extends Failure<'JournalUnavailable', 'transient'> {
  readonly trouble: JournalTrouble

  constructor(trouble: JournalTrouble, message: string, cause?: unknown) {
    super('JournalUnavailable', 'transient', message, cause === undefined ? undefined : { cause })
    this.trouble = trouble
  }
}
