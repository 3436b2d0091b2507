import { decodeWith, type AnyDecoder, type Issue, type Json } from '@xconnector/core'
import { parsedJson } from '../ingress/formats/json-format.js'
import type { Head } from '../ingress/head.js'
import { notJson } from '../ingress/json-type.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { EndpointRequest } from './endpoint-request.js'
import { queryParts } from './query-values.js'

/** The decoders of an endpoint. */
export interface RequestDecoders {
  readonly params?: AnyDecoder | undefined
  readonly query?: AnyDecoder | undefined
  readonly headers?: AnyDecoder | undefined
  readonly body?: AnyDecoder | undefined
}

type Part = keyof RequestDecoders

/** A request, decoded; or why it is not: 400 with every issue (never a value), 415. */
export type DecodeRequest = (
  head: Head,
  raw: Buffer,
) => Promise<{ readonly request: Omit<EndpointRequest, 'caller'> } | { readonly reply: Reply }>

/** Never sent on: they are for `authorize`. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** @throws TypeError naming the option, below `at`, when a decoder is none. */
export const requestDecoder = (decoders: RequestDecoders, at: string): DecodeRequest => {
  const by = (part: Part): ReturnType<typeof decodeWith> | undefined => {
    const decoder = decoders[part]
    if (decoder === undefined) return undefined
    try {
      return decodeWith(decoder)
    } catch (thrown) {
      throw new TypeError(`${at} ${part}: ${(thrown as Error).message}`, { cause: thrown })
    }
  }
  const decode: Readonly<Record<Part, ReturnType<typeof by>>> = {
    params: by('params'),
    query: by('query'),
    headers: by('headers'),
    body: by('body'),
  }
  return async (head, raw) => {
    const query = queryParts(head.query)
    if (query === undefined) return refused('query: expected at most 1000 pairs, in percent-encoded UTF-8')
    const body = decode.body === undefined ? noBody(raw) : jsonOf(head, raw)
    if ('reply' in body) return body
    const parts: Readonly<Record<Part, unknown>> = {
      params: head.params,
      query,
      headers: decode.headers === undefined ? undefined : headersOf(head),
      body: body.json,
    }
    const request: Record<Part, unknown> = { ...parts }
    const issues: Issue[] = []
    for (const part of PARTS) {
      const result = await decode[part]?.(parts[part])
      if (result === undefined) continue
      if (result._tag === 'Right') request[part] = result.right
      else for (const { path, message } of result.left.issues) issues.push({ path: [part, ...path], message })
    }
    if (issues.length === 0) return { request }
    return refused('the request does not have the expected shape', issues)
  }
}

const PARTS: readonly Part[] = ['params', 'query', 'headers', 'body']

/** More would only say the same again. */
const SHOWN = 100

const refused = (detail: string, issues?: readonly Issue[]): { readonly reply: Reply } => ({
  reply: problem(400, { detail, ...(issues && { with: { issues: issues.slice(0, SHOWN) } }) }),
})

const headersOf = (head: Head): Readonly<Record<string, string | readonly string[]>> =>
  Object.fromEntries(Object.entries(head.all()).filter(([name]) => !CREDENTIALS.has(name)))

type Parsed = { readonly json: Json | undefined } | { readonly reply: Reply }

const noBody = (raw: Buffer): Parsed =>
  raw.length === 0
    ? { json: undefined }
    : { reply: problem(415, { detail: 'expected a request without a body' }) }

const jsonOf = (head: Head, raw: Buffer): Parsed => {
  const wrong = notJson(head.header('content-type'), head.header('content-encoding'))
  if (wrong !== undefined)
    return { reply: problem(415, { detail: wrong, headers: { accept: 'application/json' } }) }
  const found = parsedJson(raw)
  if ('json' in found) return found
  return refused(
    found.detail,
    found.issues?.map((i) => ({ ...i, path: ['body', ...i.path] })),
  )
}
