import { Failure } from './failure.js'

/** A user's function threw, or gave a body that cannot be stored. Permanent: the same input throws again. */
export class StepFailed extends Failure<'StepFailed', 'permanent'> {
  /** The name of the step, accept function or target mapping that threw. */
  readonly step: string

  constructor(step: string, cause?: unknown, message?: string) {
    super('StepFailed', 'permanent', message ?? `step "${step}" threw: ${textOf(cause)}`, { cause })
    this.step = step
  }
}

const textOf = (cause: unknown): string => {
  try {
    return cause instanceof Error ? cause.message : String(cause)
  } catch {
    return 'a value that cannot be printed'
  }
}
