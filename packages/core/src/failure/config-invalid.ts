import { Failure } from './failure.js'

/** One variable that is missing or cannot be read. Never carries its value. */
export interface ConfigProblem {
  readonly variable: string
  /** What it should be: "an http or https URL". */
  readonly expected: string
  /** Whether it is not set, or empty. */
  readonly missing: boolean
}

/** Variables of the configuration are missing or wrong. Permanent; names each variable and what was expected of it. */
export class ConfigInvalid extends Failure<'ConfigInvalid', 'permanent'> {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super('ConfigInvalid', 'permanent', describe(problems))
    this.problems = problems
  }
}

const describe = (problems: readonly ConfigProblem[]): string =>
  `the configuration is not valid: ${problems
    .map((p) => `${p.variable} ${p.missing ? 'is missing' : 'is wrong'}, expected ${p.expected}`)
    .join('; ')}`
