import { createHash } from 'node:crypto'
import type { Head } from '../ingress/head.js'
import type { Reply } from '../ingress/reply.js'
import type { CachingOptions, ReplyHead } from './endpoint-options.js'
import type { EndpointRequest } from './endpoint-request.js'
import type { Shape } from './response.js'

/** How a flow's body is answered, as it was declared. */
export interface SuccessRules {
  readonly shape: Shape
  readonly formats: Readonly<Record<string, (body: never) => string | Uint8Array>>
  readonly reply: ((body: never, request: never) => ReplyHead) | undefined
  readonly cache: CachingOptions | undefined
}

/** The media type of the answers that no other format asks for. */
export const JSON_TYPE = 'application/json'

/**
 * The answer of a flow's body, in a media type that the caller takes.
 *
 * @throws what a function of the endpoint's throws; TypeError when the body does not fit its response, is no JSON, or the
 * answer's head makes no sense.
 */
export const successReply = async (
  rules: SuccessRules,
  body: unknown,
  type: string,
  request: EndpointRequest,
): Promise<Reply> => {
  const own = rules.reply?.(body as never, request as never) ?? {}
  const format = type === JSON_TYPE ? undefined : rules.formats[type]
  const text = format === undefined ? await jsonText(rules.shape, body) : format(body as never)
  const status = own.status ?? (text === undefined ? 204 : 200)
  const redirects = Number.isInteger(status) && status >= 300 && status <= 399
  if (!redirects && !(Number.isInteger(status) && status >= 200 && status <= 299))
    throw new TypeError('reply status: expected a number from 200 to 399')
  const headers: Record<string, string> = { 'cache-control': 'no-store', ...checkedHeaders(own.headers) }
  if (redirects && status !== 304 && headers['location'] === undefined)
    throw new TypeError('reply headers: expected a location with a status of 300 to 399')
  if (Object.keys(rules.formats).length > 0) headers['vary'] = 'accept'
  if (text === undefined || status === 204 || status === 205 || status === 304)
    return { status, headers, body: '' }
  if (rules.cache !== undefined && status === 200) {
    headers['cache-control'] = rules.cache.control
    if (rules.cache.etag !== false) headers['etag'] = `W/"${hashOf(text)}"`
  }
  return { status, headers: { ...headers, 'content-type': headers['content-type'] ?? type }, body: text }
}

/** 304 where the caller has the answer already (RFC 9110, 13.1.2): weak comparison. */
export const unlessKnown = (head: Head, reply: Reply): Reply => {
  const { etag, 'cache-control': control, vary } = reply.headers
  if (etag === undefined) return reply
  const known = head.headers('if-none-match').join(',')
  const opaque = etag.slice(2)
  if (known.trim() !== '*' && !(known.match(TAGS) ?? []).some((t) => t.replace(/^W\//, '') === opaque))
    return reply
  const headers = { etag, ...(control !== undefined && { 'cache-control': control }) }
  return { status: 304, headers: { ...headers, ...(vary !== undefined && { vary }) }, body: '' }
}

const TAGS = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

const jsonText = async (shape: Shape, body: unknown): Promise<string | undefined> => {
  const shaped = shape(body)
  const made = shaped instanceof Promise ? await shaped : shaped
  if ('flaw' in made) throw new TypeError(`the flow's body does not fit the response: ${made.flaw}`)
  if (made.value === undefined) return undefined
  const text = JSON.stringify(made.value)
  if (text === undefined) throw new TypeError('the response is no JSON')
  return text
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** The server's own. */
const KEPT: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection'])

const checkedHeaders = (headers: ReplyHead['headers'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([given, value]) => {
      const name = given.toLowerCase()
      // A line break in a value would begin another header.
      if (!NAME.test(name) || KEPT.has(name) || typeof value !== 'string' || !VALUE.test(value))
        throw new TypeError(`reply headers: "${name.slice(0, 40)}" is no header of an answer's own`)
      return [name, value]
    }),
  )

const hashOf = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 27)
