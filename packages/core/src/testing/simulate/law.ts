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

/** A promise would be kept whatever comes of it: its rejection is nobody's. */
const notSaid = (name: string, got: unknown): TypeError => {
  const later = got as { catch?(f: () => void): unknown }
  if (typeof later.catch === 'function') later.catch(() => {})
  const what = got instanceof Promise ? 'a promise' : typeof got
  return new TypeError(`law "${name}": check: expected a text, false or nothing, at once, got ${what}`)
}

const lawOf = (name: string, check: (ledger: Ledger) => string | false | undefined | void): Law => ({
  name,
  check(ledger) {
    let broken: unknown
    try {
      broken = check(ledger)
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
    if (typeof broken === 'string') return broken
    if (broken === undefined || broken === null || broken === false) return undefined
    throw notSaid(name, broken)
  },
})
