import type { Tally } from '../command/tally.ts'

/** What a step of the test command found. */
export interface StepResult extends Tally {
  /** Shown only when something failed. */
  readonly output: string
}

/** A step of the test command. */
export interface Step {
  readonly name: string
  /** Names of the steps that must pass first. */
  readonly after?: readonly string[]
  /** Runs while nothing else runs, because it uses the whole machine or measures time. */
  readonly alone?: boolean
  run(): Promise<StepResult>
}

/** The result of a step that is one check. */
export const oneCheck = (passed: boolean, output: string): StepResult => ({
  passed: passed ? 1 : 0,
  failed: passed ? 0 : 1,
  skipped: 0,
  output,
})
