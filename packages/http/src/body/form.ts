import type { BufferedBody } from './buffered-body.js'

/** One value of a form. `undefined` and `null` are left out. */
export type FormValue = string | number | bigint | boolean | undefined | null

/** The fields of a form; a list repeats its name. */
export type FormFields<A> = { readonly [K in keyof A]: FormValue | readonly FormValue[] }

/**
 * A body of `application/x-www-form-urlencoded` (WHATWG URL, 5; UTF-8). The input is its fields, or a function makes them of
 * it. In a list the name is repeated; `undefined` and `null` are left out; numbers and booleans are written as JavaScript
 * writes them. Refused before anything is sent (`StepFailed`): a number that is not finite, an integer past 2^53 - 1, a
 * text with half a surrogate pair.
 *
 * @example
 * const token = client.target({
 *   name: 'subscribe', method: 'POST', path: '/subscriptions', effect: 'unsafe',
 *   body: form<{ callback: string; topics: string[] }>(),
 * })
 */
export const form: {
  <A extends FormFields<A>>(): BufferedBody<A>
  <A, F extends FormFields<F>>(fields: (input: A) => F): BufferedBody<A>
} = (fields: (input: never) => object = (input) => input): never =>
  ({
    buffered: {
      type: 'application/x-www-form-urlencoded',
      of: (input) => shownOf(fields(input)),
      write: (sent, at) => {
        const out = new URLSearchParams()
        for (const [name, values] of Object.entries(sent as Fields))
          for (const value of Array.isArray(values) ? values : [values as FormValue])
            if (value !== undefined && value !== null)
              out.append(wellFormed(name, name, at), wellFormed(formText(value, name, at), name, at))
        return Buffer.from(out.toString())
      },
      show: (sent) =>
        JSON.parse(JSON.stringify(sent, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))),
    },
  }) satisfies BufferedBody<never> as never

type Fields = Readonly<Record<string, FormValue | readonly FormValue[]>>

const shownOf = (fields: unknown): object => {
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields
  throw new TypeError(`form: expected an object of fields, got ${fields === null ? 'null' : typeof fields}`)
}

/**
 * A value of a form as text.
 *
 * @throws TypeError that begins with `at`, for a value that a form cannot carry exactly.
 */
export const formText = (value: unknown, name: string, at: string): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'number')
    throw new TypeError(
      `${at}: expected a text, a number or a boolean in the field "${name}", got ${typeof value}`,
    )
  if (!Number.isFinite(value)) throw new TypeError(`${at}: the number in the field "${name}" is not finite`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new TypeError(`${at}: the integer in the field "${name}" is past 2^53 - 1 and has lost digits`)
  return String(value)
}

/** @throws TypeError that begins with `at`, for a text that UTF-8 cannot carry. */
export const wellFormed = (text: string, name: string, at: string): string => {
  if (text.isWellFormed()) return text
  throw new TypeError(`${at}: the field "${name}" has half a surrogate pair, which UTF-8 cannot carry`)
}
