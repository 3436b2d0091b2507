import { left, right, type Result } from '../result/result.js'

/** Reads one variable of the configuration. */
export interface Reader<out A> {
  /**
   * From the variable's text, undefined where it is not set, to the value; or, on the left, what was expected
   * ("an http or https URL"). The left never quotes the text.
   */
  read(text: string | undefined, variable: string): Result<string, A>
}

/**
 * A reader of a variable that must be set and not empty.
 *
 * @param expected what is expected, for the report: "an integer".
 * @param parse gives undefined for a text it cannot read; a throw counts as that.
 */
export const reader = <A>(
  expected: string,
  parse: (text: string, variable: string) => A | undefined,
): Reader<A> => ({
  read(text, variable) {
    if (text === undefined || text === '') return left(expected)
    try {
      const value = parse(text, variable)
      return value === undefined ? left(expected) : right(value)
    } catch {
      return left(expected)
    }
  },
})
