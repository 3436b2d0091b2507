import { Readable } from 'node:stream'
import type { Context, Failure, May, Tagged } from '@xconnector/core'
import { isFailure } from '@xconnector/core'
import type { BytesBody } from '../client/byte-stream.js'
import { stringifyJson } from '../json/stringify-json.js'

/** Values, one by one. */
export type Values = Iterable<unknown> | AsyncIterable<unknown>

const FLUSH = 64 * 1024

/**
 * A body of NDJSON (`application/x-ndjson`): one JSON value a line, made as they are sent, in flat memory. `rows` is asked for
 * each attempt, and may give a failure instead. Integers past 2^53 - 1 are refused, and a `bigint` is sent as its digits; a
 * row that cannot be sent ends the call (`StepFailed`) before the end of the body is sent. Otherwise as `bytes`.
 *
 * @example
 * const load = client.target({
 *   name: 'load', method: 'PUT', path: '/rows', effect: 'idempotent',
 *   body: ndjsonBody((day: Day) => rowsOf(day)),
 * })
 */
export const ndjsonBody = <A, R extends Values | Failure<string>>(
  rows: (input: A, ctx: Context) => May<R>,
): BytesBody<A, Extract<R, Tagged & Failure<string>>> => ({
  async open(input, ctx) {
    const given: Values | Failure<string> = await rows(input, ctx)
    if (isFailure(given)) return given
    return { stream: Readable.from(lines(given), { objectMode: false }), type: 'application/x-ndjson' }
  },
})

async function* lines(rows: Values): AsyncGenerator<Buffer, void, void> {
  let out = ''
  let n = 0
  for await (const row of rows) {
    out += `${stringifyJson(row, 'text', `ndjson row ${++n}`)}\n`
    if (out.length < FLUSH) continue
    yield Buffer.from(out)
    out = ''
  }
  if (out !== '') yield Buffer.from(out)
}
