import type { DecodeFailed, May, Result } from '@xconnector/core'
import { flawed, type Called, type Classified } from '../outcome/classify.js'
import type { Integers } from '../json/integers.js'
import { parseJson, type ParsedJson } from '../json/parse-json.js'
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
  integers: Integers = 'refuse',
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
    const read = parsed(answer.body, integers)
    if (!read.ok) {
      const what = `was answered with ${answer.status} and ${WRONG[read.flaw]}`
      return flawed(called, answer, read.flaw, what, read.issues)
    }
    const decoded = decode(read.value)
    return decoded instanceof Promise
      ? decoded.then((d) => judge(called, answer, d))
      : judge(called, answer, decoded)
  }
}

/** Strict JSON. An empty body is the value `undefined`: a decoder may allow it, for a 204. */
export const parsed = (body: Buffer, integers: Integers): ParsedJson =>
  body.length === 0 ? EMPTY : parseJson(body, { integers })

const EMPTY: ParsedJson = Object.freeze({ ok: true, value: undefined, text: '' })

const WRONG = {
  'not-json': 'no JSON',
  'unsafe-number': 'an integer past 2^53 - 1, which would have been rounded',
  'too-deep': 'JSON that is nested too deep',
} as const
