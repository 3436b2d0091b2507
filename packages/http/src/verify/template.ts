import type { SignedHead } from './verifier.js'

/** What a sender has signed: texts, one after the other; `null` stands for the body. */
export type SignedParts = readonly (string | null)[]

/** Finds what was signed in a request; `undefined` when a header of it is missing. */
export type Signed = (request: SignedHead) => SignedParts | undefined

/** A template that has been read. */
export interface Template {
  readonly of: Signed
  /** Headers, in lower case, that stand in it. */
  readonly headers: ReadonlySet<string>
  /** How often the body stands in it. */
  readonly bodies: number
}

const PIECE = /\{([^{}]*)\}|([^{}]+)|[{}]/g

/**
 * Reads a template such as `'{header:x-timestamp}.{body}'`. Names: `body`, `method`, `path`, `query`, and `header:…`.
 *
 * @throws TypeError for a name that is none, and where the body is not in it.
 */
export const templateOf = (template: string, option: string): Template => {
  if (typeof template !== 'string')
    throw new TypeError(`${option}: expected a template with {body}, got ${typeof template}`)
  const headers = new Set<string>()
  const pieces: ((request: SignedHead) => string | null | undefined)[] = []
  let bodies = 0
  for (const [whole, name, literal] of template.matchAll(PIECE)) {
    if (literal !== undefined) pieces.push(() => literal)
    else if (name === 'body') {
      bodies++
      pieces.push(() => null)
    } else if (name === 'method' || name === 'path' || name === 'query') pieces.push((r) => r[name])
    else if (name?.startsWith('header:') === true && NAME.test(name.slice(7).toLowerCase())) {
      const header = name.slice(7).toLowerCase()
      headers.add(header)
      pieces.push((r) => r.header(header))
    } else
      throw new TypeError(
        `${option}: expected {body}, {method}, {path}, {query} or {header:name} in the template, got ${JSON.stringify(whole)}`,
      )
  }
  if (bodies === 0)
    throw new TypeError(`${option}: expected {body} in the template, or nothing says what was sent`)
  const of: Signed = (request) => {
    const parts: (string | null)[] = []
    for (const piece of pieces) {
      const part = piece(request)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return parts
  }
  return { of, headers, bodies }
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
