import { readSetting, type Context, type Effect, type May, type Tagged } from '@xconnector/core'
import { credentialsIn } from '../outcome/redact.js'
import { baseUrlOf } from './base-url.js'
import { encoderOf, isBytes } from './body.js'
import type { Opened } from './byte-stream.js'
import type { ClientSettings } from './client-settings.js'
import { checkHeader, readHeaders, type Headers } from './header-values.js'
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
  /** Media types that are asked for. Default JSON. */
  readonly accept?: string
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
  const path = pathOf(options.path, at)
  const { query, headers, body, accept = 'application/json' } = options
  const open = isBytes(body) ? body.open : undefined
  const encode = body === undefined || isBytes(body) ? undefined : encoderOf(body)
  const keyOf = options.key
  const baseUrl = perConfig((config) => baseUrlOf(String(readSetting(client.baseUrl, config)), at))
  const fixedHeaders = perConfig((config) => {
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
    if (encode !== undefined) values['content-type'] ??= 'application/json'
    return { values, secrets: declared.secrets }
  })
  const fixedQuery = typeof query === 'object' ? queryString(query) : ''
  return {
    method,
    path,
    make(input, ctx) {
      const values = typeof query === 'function' ? query(input) : undefined
      const common = fixedHeaders(ctx.config)
      const own: Record<string, string> = { ...common.values }
      if (typeof headers === 'function') Object.assign(own, lowered(headers(input), at))
      if (effect === 'keyed')
        own[client.keyHeader] = idempotencyKey(keyOf?.(input, ctx) ?? ctx.key, client.quoteKey)
      const { traceparent } = ctx.message
      if (traceparent !== undefined) own['traceparent'] ??= traceparent
      const sent = encode?.(input)
      return {
        baseUrl: baseUrl(ctx.config),
        url: path.of(input) + (values === undefined ? fixedQuery : queryString(values)),
        headers: { values: own, secrets: common.secrets },
        body: encode === undefined ? undefined : bytes(sent, client.maxRequestBytes, at),
        open: open && (() => open(input, ctx)),
        secrets: () => [
          ...common.secrets,
          ...credentialsIn(own),
          ...credentialsIn(values ?? query),
          ...credentialsIn(sent),
        ],
      }
    },
  }
}

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

const bytes = (sent: unknown, most: number, at: string): Buffer => {
  const text = JSON.stringify(sent) as string | undefined
  if (text === undefined)
    throw new TypeError(`${at} body: expected a value that JSON can carry, got ${typeof sent}`)
  const body = Buffer.from(text)
  if (body.length > most)
    throw new TypeError(`${at} body: ${body.length} bytes are more than maxRequestBytes (${most}) allows`)
  return body
}
