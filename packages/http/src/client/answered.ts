import type { AnyDecoder } from '@xconnector/core'
import type { AnswerHeaders } from '../outcome/exchange.js'

/** The whole of an answer, in place of its body only. */
export interface Answered<B> {
  readonly status: number
  /** By lower-case name; values of repeated ones joined with commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: B
}

/** What stands in a `response` option for the whole answer. Made by `whole`. */
export interface Whole<D extends AnyDecoder | undefined> {
  readonly whole: D
}

/**
 * In a `response` option: the reply is the status, the headers and the decoded body, not the body only.
 *
 * @example
 * const asset = client.query({ name: 'asset', path: '/assets/:id', response: whole(Asset) })
 * const { headers, body } = await asset.run({ id: 'a1' })
 */
export const whole: {
  /** Any 2xx will do; its body is not looked at. */
  (): Whole<undefined>
  /** The body is decoded. */
  <D extends AnyDecoder>(decoder: D): Whole<D>
} = (decoder?: AnyDecoder) => ({ whole: decoder }) as never

/** The answer's headers as texts. */
export const headersOf = (headers: AnswerHeaders): Readonly<Record<string, string>> => {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string') out[name.toLowerCase()] = value
    else if (Array.isArray(value)) out[name.toLowerCase()] = value.join(', ')
  return out
}
