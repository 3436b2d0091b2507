import { Failure } from './failure.js'

/** One thing wrong with a value: where, and what was expected. Never carries the value itself. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The message does not have the shape its decoder asks for. Poison: dead-lettered at accept, never retried. */
export class DecodeFailed extends Failure<'DecodeFailed', 'poison'> {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], cause?: unknown) {
    super('DecodeFailed', 'poison', describe(issues), cause === undefined ? undefined : { cause })
    this.issues = issues
  }
}

const SHOWN = 5

const describe = (issues: readonly Issue[]): string => {
  const shown = issues.slice(0, SHOWN).map((i) => `${pathOf(i.path)}: ${i.message}`)
  if (issues.length > SHOWN) shown.push(`and ${issues.length - SHOWN} more`)
  return shown.join('; ') || 'the value does not decode'
}

const pathOf = (path: Issue['path']): string => path.join('.') || '(root)'
