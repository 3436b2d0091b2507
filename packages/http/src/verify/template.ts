import type { SignedRequest } from './verifier.js'

/** What a sender has signed: texts and bytes, one after the other. */
export type SignedParts = readonly (string | Uint8Array)[]

/** Finds what was signed in a request; `undefined` when a header of it is missing. */
export type Signed = (request: SignedRequest) => SignedParts | undefined

/** A template that has been read. */
export interface Template {
  readonly of: Signed
  /** Headers, in lower case, that stand in it. */
  readonly headers: ReadonlySet<string>
}

const PIECE = /\{([^{}]*)\}|([^{}]+)|[{}]/g

/**
 * Reads a template such as `'{header:x-timestamp}.{body}'`. Names: `body`, `method`, `path`, and `header:…`.
 *
 * @throws TypeError for a name that is none, and where the body is not in it.
 */
export const templateOf = (template: string, option: string): Template => {
  const headers = new Set<string>()
  const pieces: ((request: SignedRequest) => string | Uint8Array | undefined)[] = []
  let body = false
  for (const [whole, name, literal] of template.matchAll(PIECE)) {
    if (literal !== undefined) pieces.push(() => literal)
    else if (name === 'body') {
      body = true
      pieces.push((r) => r.raw)
    } else if (name === 'method' || name === 'path') pieces.push((r) => r[name])
    else if (name?.startsWith('header:') === true && NAME.test(name.slice(7).toLowerCase())) {
      const header = name.slice(7).toLowerCase()
      headers.add(header)
      pieces.push((r) => r.header(header))
    } else
      throw new TypeError(
        `${option}: expected {body}, {method}, {path} or {header:name} in the template, got ${JSON.stringify(whole)}`,
      )
  }
  if (!body) throw new TypeError(`${option}: expected {body} in the template, or nothing says what was sent`)
  const of: Signed = (request) => {
    const parts: (string | Uint8Array)[] = []
    for (const piece of pieces) {
      const part = piece(request)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return parts
  }
  return { of, headers }
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
