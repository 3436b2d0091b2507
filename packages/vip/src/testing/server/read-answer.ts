import { answer, type Answer } from './answer.js'
import type { Call } from './call.js'
import { isKnown } from './preconditions.js'

/** An answer to a read: 304 when the reader has it already. */
export const readAnswer = (call: Call, tag: string, body: unknown): Answer =>
  isKnown(call.headers, tag) ? { status: 304, headers: { etag: tag } } : answer(200, body, { etag: tag })
