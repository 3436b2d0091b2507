import { checkText } from '../../message/check-made.js'
import type { Ledger } from './ledger.js'

/** What must hold in every run. */
export interface Law {
  readonly name: string
  /** What broke it, in words; `undefined` when it holds. */
  check(ledger: Ledger): string | undefined
}

/**
 * A law of your own. `check` gives what broke it, in words, or nothing; a throw, such as a failed assertion's, breaks it
 * too.
 *
 * @example
 * const neverNegative = law('stock is never negative', () => (stock.pieces < 0 ? `${stock.pieces} pieces` : undefined))
 */
export const law = (name: string, check: (ledger: Ledger) => string | false | undefined | void): Law => {
  checkText('law: name', name)
  if (typeof check !== 'function')
    throw new TypeError(`law "${name}": check: expected a function, got ${typeof check}`)
  return lawOf(name, check)
}

const lawOf = (name: string, check: (ledger: Ledger) => string | false | undefined | void): Law => ({
  name,
  check(ledger) {
    try {
      const broken = check(ledger)
      return typeof broken === 'string' ? broken : undefined
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  },
})
