import { Failure } from './failure.js'
import type { FailureRecord } from './failure-record.js'

/** A step of a saga that could not be undone: its compensation failed in the end, and is a dead letter of its own. */
export interface NotUndone {
  readonly step: string
  readonly failure: FailureRecord
}

/** A step of a saga failed in the end, and what was done before it was undone, last first. */
export class SagaFailed extends Failure<'SagaFailed', 'permanent'> {
  readonly saga: string
  /** The step that failed, and how. */
  readonly step: string
  readonly failure: FailureRecord
  /** The steps that were undone, in the order in which they were. */
  readonly undone: readonly string[]
  /** Those that people must look after. */
  readonly notUndone: readonly NotUndone[]

  constructor(saga: string, failed: NotUndone, undone: readonly string[], notUndone: readonly NotUndone[]) {
    const left = notUndone.length === 0 ? '' : `; not undone: ${notUndone.map((n) => n.step).join(', ')}`
    super(
      'SagaFailed',
      'permanent',
      `saga "${saga}": step "${failed.step}" failed: ${failed.failure._tag}; undone: ${undone.join(', ') || 'nothing'}${left}`,
    )
    this.saga = saga
    this.step = failed.step
    this.failure = failed.failure
    this.undone = undone
    this.notUndone = notUndone
  }
}
