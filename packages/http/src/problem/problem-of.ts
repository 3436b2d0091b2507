import { parseJson } from '../json/parse-json.js'
import { problemIn, type Problem } from './problem.js'

/**
 * The problem details (RFC 9457) in the answer of a failed call, or `undefined`: the failure is none of an answer, the answer
 * is no `application/problem+json`, no JSON object, or longer than the 4096 characters that a failure keeps.
 *
 * It is read from what the failure holds, so credentials in it are redacted. Integers past 2^53 - 1 are strings of their
 * digits, and a member `__proto__` is left out.
 *
 * @param options.base resolves a relative `type` and `instance` against it, which by the RFC is the URL that was called; what
 * cannot be resolved stays as it is.
 *
 * @example
 * const result = await put.call(asset)
 * if (result._tag === 'Left' && problemOf(result.left)?.extensions['code'] === 'not_approved') …
 */
export const problemOf = (
  failure: object,
  options?: { readonly base?: string | URL },
): Problem | undefined => {
  const { answer, headers } = failure as {
    readonly answer?: unknown
    readonly headers?: Readonly<Record<string, unknown>>
  }
  const type = headers?.['content-type']
  if (typeof answer !== 'string' || typeof type !== 'string' || !PROBLEM.test(type)) return undefined
  const read = parseJson(Buffer.from(answer), { integers: 'text' })
  const problem = read.ok ? problemIn(read.value) : undefined
  return problem === undefined || options?.base === undefined ? problem : resolved(problem, options.base)
}

const PROBLEM = /^\s*application\/problem\+json\s*(?:;|$)/i

const resolved = (problem: Problem, base: string | URL): Problem => {
  const { instance } = problem
  return {
    ...problem,
    type: absolute(problem.type, base),
    ...(instance !== undefined && { instance: absolute(instance, base) }),
  }
}

const absolute = (reference: string, base: string | URL): string => {
  try {
    return new URL(reference, base).href
  } catch {
    return reference
  }
}
