import type { DecodeFailed, May, Result } from '@xconnector/core'
import { flawed, type Called, type Classified } from '../outcome/classify.js'
import type { Exchange } from '../outcome/exchange.js'
import { headersOf } from './answered.js'

type Whole = Exchange & { as: 'answered' }

/** What a 2xx answer gave: a value, or why it cannot be used. */
export type Reply = { readonly value: unknown } | Classified

const NOTHING: Reply = { value: undefined }

/** The same reader, whose value is the whole answer with the body that was read. */
export const wholeReader =
  (read: (called: Called, answer: Whole) => May<Reply>): ((called: Called, answer: Whole) => May<Reply>) =>
  async (called, answer) => {
    const reply = await read(called, answer)
    if ('failure' in reply) return reply
    const { status, headers } = answer
    return { value: { status, headers: headersOf(headers), body: reply.value } }
  }

/** Reads 2xx answers: strict JSON, then the decoder. Without a decoder the body is not looked at. */
export const replyReader = (
  decode: ((value: unknown) => May<Result<DecodeFailed, unknown>>) | undefined,
): ((called: Called, answer: Whole) => May<Reply>) => {
  if (decode === undefined) return () => NOTHING
  const judge = (called: Called, answer: Whole, decoded: Result<DecodeFailed, unknown>): Reply => {
    if (decoded._tag === 'Right') return { value: decoded.right }
    const { issues } = decoded.left
    return flawed(
      called,
      answer,
      'undecodable',
      `was answered with another shape: ${decoded.left.message}`,
      issues,
    )
  }
  return (called, answer) => {
    let value: unknown
    try {
      value = parsed(answer.body)
    } catch {
      return flawed(called, answer, 'not-json', `was answered with ${answer.status} and no JSON`)
    }
    const decoded = decode(value)
    return decoded instanceof Promise
      ? decoded.then((d) => judge(called, answer, d))
      : judge(called, answer, decoded)
  }
}

/** JSON in UTF-8. An empty body is the value `undefined`: a decoder may allow it, for a 204. */
export const parsed = (body: Buffer): unknown => {
  if (body.length === 0) return undefined
  const marked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
  return JSON.parse(body.toString('utf8', marked ? 3 : 0))
}
