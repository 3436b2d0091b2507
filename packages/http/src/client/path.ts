import { hidesDots } from '../text/hides-dots.js'
import { percentEncoded } from '../text/percent-encoded.js'

/** The `:names` in a path. */
export type PathNames<P extends string> = P extends `${string}/:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | PathNames<`/${More}`>
    : Rest
  : never

/** What a call without a body takes: the values of its path's `:names`, or nothing. */
export type PathInput<P extends string> = string extends P
  ? void
  : [PathNames<P>] extends [never]
    ? void
    : { readonly [N in PathNames<P>]: string | number }

/** A path as it is shown, and the function that makes one. */
export interface Path<A> {
  readonly shown: string
  of(input: A): string
}

/**
 * A path with `:names` (whole segments, filled from fields of the input and percent-encoded), or a function that gives a
 * path, encoded already.
 *
 * An empty one is the base URL itself. Neither can leave the base URL: a value or a path with `.` or `..` as a segment is refused, whatever its encoding and that of
 * the slashes beside it.
 */
export const pathOf = <A>(path: string | ((input: A) => string), at: string): Path<A> => {
  if (typeof path === 'function') return { shown: '(computed)', of: (input) => checked(path(input), at) }
  checked(path, at)
  const segments = path.split('/')
  if (!segments.some((s) => s.startsWith(':'))) return { shown: path === '' ? '/' : path, of: () => path }
  return {
    shown: path,
    of: (input) => segments.map((s) => (s.startsWith(':') ? valueOf(input, s.slice(1), at) : s)).join('/'),
  }
}

const valueOf = (input: unknown, name: string, at: string): string => {
  const value = (input as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  if ((typeof value !== 'string' || value === '') && !Number.isFinite(value))
    throw new TypeError(`${at} path: expected a text or a number in the input's field "${name}"`)
  const segment = percentEncoded(String(value))
  if (hidesDots(segment))
    throw new TypeError(`${at} path: the input's field "${name}" is not allowed to have dots as a segment`)
  return segment
}

const LEGAL = /^\/(?!\/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/

const checked = (path: string, at: string): string => {
  if (path === '') return path
  if (typeof path !== 'string' || !LEGAL.test(path) || hidesDots(path))
    throw new TypeError(
      `${at} path: expected an encoded path that begins with "/", without dot segments and query`,
    )
  return path
}
