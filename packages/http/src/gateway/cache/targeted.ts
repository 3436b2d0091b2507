import { parseDictionary } from 'structured-headers'
import type { Directives } from './directives.js'

/**
 * What a `CDN-Cache-Control` says (RFC 9213): it stands in the place of `Cache-Control` and `Expires`. `undefined` where it is
 * no structured dictionary, and so has to be ignored.
 */
export const targetedDirectives = (header: string): Directives | undefined => {
  try {
    const out: Record<string, string | true> = Object.create(null) as Record<string, string | true>
    for (const [name, [value]] of parseDictionary(header)) {
      if (value === true) out[name] = true
      else if (typeof value === 'number' && Number.isInteger(value)) out[name] = String(value)
    }
    return Object.keys(out).length === 0 ? undefined : out
  } catch {
    return undefined
  }
}
