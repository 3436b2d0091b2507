import type { Exchange } from '../exchange.js'
import { valueOf, type HeaderList } from '../wire/header-list.js'
import { cacheKey } from './key.js'

const SAFE = /^(?:GET|HEAD|OPTIONS)$/

/**
 * The keys whose answers a request has outdated (RFC 9111, 4.4): its own, and those that `Location` and `Content-Location` name
 * at the same backend; none after a safe method or an error.
 */
export const invalidated = (exchange: Exchange, status: number, headers: HeaderList): readonly string[] => {
  const { outgoing, backend } = exchange
  if (SAFE.test(outgoing.method) || status < 200 || status > 399) return []
  const { origin, base } = backend.place
  const here = `${origin.secure ? 'https' : 'http'}://${origin.host}${outgoing.path}`
  const keys = [cacheKey(backend.name, outgoing.path)]
  for (const name of ['location', 'content-location']) {
    const reference = valueOf(headers, name)
    if (reference === undefined || !URL.canParse(reference, here)) continue
    const url = new URL(reference, here)
    if (url.origin === new URL(base).origin) keys.push(cacheKey(backend.name, url.pathname + url.search))
  }
  return keys
}
