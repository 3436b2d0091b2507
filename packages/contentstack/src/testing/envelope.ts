import type { Json } from '@xconnector/core'

/** An answer of an API: its status, its JSON, and headers of its own. */
export interface ApiAnswer {
  readonly status: number
  readonly body: Json
}

/** A good answer. */
export const given = (body: Json): ApiAnswer => ({ status: 200, body })

/** An answer of failure, in the envelope of Contentstack's APIs. */
export const refused = (
  status: number,
  code: number,
  message: string,
  errors: Readonly<Record<string, readonly string[]>> = {},
): ApiAnswer => ({ status, body: { error_message: message, error_code: code, errors } })

/** 422 with the code of what does not exist. */
export const missing = (what: string, field = 'uid'): ApiAnswer =>
  refused(422, 141, `The ${what} was not found.`, { [field]: ['is not valid.'] })

/** As it goes over the wire. */
export const responseOf = (
  { status, body }: ApiAnswer,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
