import { decodeWith, type AnyDecoder, type Decoded } from '@xconnector/core'
import { problem } from './reply.js'
import { Refused } from './refused.js'

/** A request as the handler of a declared call gets it. `N`: the names in the declared path. */
export interface MockRequest<N extends string = string> {
  readonly method: string
  /** Below the base URL, without the query. */
  readonly path: string
  /** The values of the path's `:names`, decoded. */
  readonly params: Readonly<Record<N, string>>
  readonly query: URLSearchParams
  readonly headers: Headers
  /** The idempotency key, without its quotes. */
  readonly key: string | undefined
  /** By its content type: a value of JSON, the fields of a URL-encoded form, a text; else, and where there is none, `undefined`. */
  readonly body: unknown
  /** The body as it came. */
  readonly bytes: Uint8Array
  /** The body by a decoder: what does not fit is answered with 422 and the issues. */
  read<D extends AnyDecoder>(decoder: D): Promise<Decoded<D>>
  /** A form, multipart included. */
  form(): Promise<FormData>
}

/** What is known of a request before its handler is found. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The request that a handler gets. Throws `Refused` where its JSON is none. */
export const mockRequest = (
  { method, path, query, headers, bytes }: Arrived,
  params: Readonly<Record<string, string>>,
  key: string | undefined,
): MockRequest => {
  const body = bodyOf(headers.get('content-type') ?? '', bytes)
  return {
    method,
    path,
    params,
    query,
    headers,
    key,
    body,
    bytes,
    async read(decoder) {
      const result = await decodeWith(decoder)(body)
      if (result._tag === 'Right') return result.right
      const { issues } = result.left
      throw new Refused(problem(422, { title: 'The body is not what was expected', extensions: { issues } }))
    },
    form: () => new Response(bytes, { headers }).formData(),
  }
}

const bodyOf = (type: string, bytes: Uint8Array): unknown => {
  if (bytes.byteLength === 0) return undefined
  const text = (): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  if (/^application\/(?:[^;]+\+)?json/i.test(type)) {
    try {
      return JSON.parse(text())
    } catch {
      throw new Refused(problem(400, { title: 'The body is no JSON' }))
    }
  }
  if (/^application\/x-www-form-urlencoded/i.test(type)) return fieldsOf(new URLSearchParams(text()))
  return /^text\/|xml/i.test(type) ? text() : undefined
}

const fieldsOf = (form: URLSearchParams): Readonly<Record<string, string | readonly string[]>> => {
  const fields = Object.create(null) as Record<string, string | readonly string[]>
  for (const name of form.keys()) {
    const values = form.getAll(name)
    fields[name] = values.length === 1 ? values[0]! : values
  }
  return { ...fields }
}
