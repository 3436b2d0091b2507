import type { Context, Effect, Json, May, Tagged } from '@xconnector/core'
import { checkedExpect, type Expect } from '../body/expect.js'
import { credentialsIn } from '../outcome/redact.js'
import { baseOf } from './base-url.js'
import { isBytes } from './body.js'
import { writerOf } from './body-writer.js'
import type { Opened } from './byte-stream.js'
import type { ClientSettings } from './client-settings.js'
import { checkHeader, readHeaders, type Headers } from './header-values.js'
import { checkedIntegers } from '../json/integers.js'
import { idempotencyKey } from './idempotency-key.js'
import { pathOf, type Path } from './path.js'
import { queryString } from './query-string.js'
import type { RemoteOptions } from './remote-options.js'

/** A request without its credentials. */
export interface Made {
  readonly baseUrl: string
  readonly url: string
  readonly headers: Headers
  readonly body: Buffer | undefined
  /** Opens the stream that is the body instead. */
  readonly open: (() => May<Opened>) | undefined
  /** What the body of the answer must be. */
  readonly expect: Expect | undefined
  /** The first byte that was asked for, where the declaration says which. */
  readonly start: number | undefined
  /** The body as a dry run shows it. */
  show(): Json | undefined
  /** What must not be in a failure: found only when there is one. */
  secrets(): readonly string[]
}

/** Makes requests from inputs, by what was declared once. */
export interface RequestMaker<A> {
  readonly method: string
  readonly path: Path<A>
  /** Throws what a function of the user's threw, or a `TypeError` that names what was wrong. */
  make(input: A, ctx: Context): Made
}

/** What a maker needs of a declaration. */
export interface RequestOptions<A> extends Omit<RemoteOptions<string, A, undefined, Tagged>, 'response'> {
  readonly key?: ((input: A, ctx: Context) => string) | undefined
  readonly expect?: Expect | ((input: A) => Expect | undefined) | undefined
  readonly start?: ((input: A) => number | undefined) | undefined
  /** Media types that are asked for. Default JSON. */
  readonly accept?: string
  /** The path as failures show it, where a function makes it. */
  readonly shown?: string
  /** The query string with its `?`, in place of `query`. */
  readonly search?: (input: A) => string
  /** Where each request goes, in place of the base URL and the path: for URLs that came from data. */
  readonly place?: (input: A) => Pick<Made, 'baseUrl' | 'url'>
  /** Headers of one request, beside the declared ones; they win. */
  readonly added?: (input: A) => Readonly<Record<string, string>>
}

type Config = Readonly<Record<string, string>>

/** Checks a declaration, and prepares what does not change between calls. */
export const requestMaker = <A>(
  client: ClientSettings,
  options: RequestOptions<A>,
  method: string,
  effect: Effect,
): RequestMaker<A> => {
  const at = `"${options.name}" of http "${client.name}"`
  const made = pathOf(options.path, at)
  const path = options.shown === undefined ? made : { ...made, shown: options.shown }
  const { query, headers, body, integers, expect, accept = 'application/json' } = options
  checkedIntegers(integers, `${at} integers`)
  const open = isBytes(body) ? body.open : undefined
  const writer = writerOf(body, integers ?? client.integers, `${at} body`)
  const keyOf = options.key
  const fixed = perConfig((config) => {
    const base = baseOf(client.baseUrl, config, at, client.plaintext)
    const declared = readHeaders(
      { ...client.headers, ...(typeof headers === 'object' && headers) },
      config,
      at,
    )
    const values: Record<string, string> = {
      accept,
      'user-agent': 'xconnector',
      ...declared.values,
    }
    if (writer !== undefined) values['content-type'] ??= writer.type
    const secrets = [...declared.secrets, ...base.secrets]
    return { base, headers: { values, secrets }, secrets }
  })
  const varies =
    typeof headers === 'function' ||
    effect === 'keyed' ||
    options.added !== undefined ||
    options.start !== undefined
  const fixedQuery = typeof query === 'object' ? queryString(query) : ''
  return {
    method,
    path,
    make(input, ctx) {
      const values = typeof query === 'function' ? query(input) : undefined
      const search = options.search?.(input)
      const common = fixed(ctx.config)
      const { traceparent } = ctx.message
      const own: Record<string, string> =
        varies || traceparent !== undefined ? { ...common.headers.values } : common.headers.values
      if (typeof headers === 'function') Object.assign(own, lowered(headers(input, ctx), at))
      if (options.added !== undefined) Object.assign(own, options.added(input))
      if (effect === 'keyed')
        own[client.keyHeader] = idempotencyKey(keyOf?.(input, ctx) ?? ctx.key, client.quoteKey)
      if (traceparent !== undefined) own['traceparent'] ??= traceparent
      const start = options.start && (options.start(input) ?? 0)
      if (start !== undefined && start !== 0) own['range'] = rangeFrom(start, at)
      const expected = restOf(typeof expect === 'function' ? expect(input) : expect, start, at)
      const sent = writer?.encode(input, ctx)
      const made = writer && limited(writer.write(sent), client.maxRequestBytes, at)
      const place = options.place?.(input)
      return {
        baseUrl: place?.baseUrl ?? common.base.url,
        url:
          place?.url ??
          (path.of(input) || common.base.bare) +
            queries(common.base.search, search ?? (values === undefined ? fixedQuery : queryString(values))),
        headers: own === common.headers.values ? common.headers : { values: own, secrets: common.secrets },
        body: made,
        open: open && (() => open(input, ctx, client.random)),
        expect: expected,
        start,
        show: () => made && writer.show(sent, made),
        secrets: () => [
          ...common.secrets,
          ...credentialsIn(own),
          ...credentialsIn(values ?? query),
          ...credentialsIn(search && Object.fromEntries(new URLSearchParams(search))),
          ...credentialsIn(sent),
        ],
      }
    },
  }
}

const rangeFrom = (start: number, at: string): string => {
  if (Number.isSafeInteger(start) && start > 0) return `bytes=${start}-`
  throw new TypeError(`${at} start: expected a number of bytes, 0 or more, got ${String(start)}`)
}

// Of the rest of a file only the size is known.
const restOf = (whole: Expect | undefined, start: number | undefined, at: string): Expect | undefined => {
  if (whole === undefined) return undefined
  const { size } = checkedExpect(whole, at)
  if (start === undefined || start === 0) return whole
  if (size !== undefined && start >= size)
    throw new TypeError(`${at} start: expected less than the ${size} bytes of the file, got ${start}`)
  return size === undefined ? {} : { size: size - start }
}

const queries = (base: string, own: string): string =>
  base === '' || own === '' ? base + own : `${base}&${own.slice(1)}`

/** Remembers what a function made of the configuration that it saw last: one runtime has one. */
const perConfig = <T>(f: (config: Config) => T): ((config: Config) => T) => {
  let last: { readonly config: Config; readonly value: T } | undefined
  return (config) => {
    if (last?.config !== config) last = { config, value: f(config) }
    return last.value
  }
}

const lowered = (headers: Readonly<Record<string, string>>, at: string): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    checkHeader(name, value, at)
    out[name] = value
  }
  return out
}

const limited = (body: Buffer, most: number, at: string): Buffer => {
  if (body.length > most)
    throw new TypeError(`${at} body: ${body.length} bytes are more than maxRequestBytes (${most}) allows`)
  return body
}
