import { STATUS_CODES } from 'node:http'
import type { WireAnswer } from './wire-fault.js'

/** An answer in bytes. */
export interface AnswerBytes {
  readonly head: Buffer
  readonly body: Buffer
}

/** An answer as it goes over the wire. `lengthOff`: by how much the announced length is wrong. */
export const answerBytes = (answer: WireAnswer = {}, lengthOff = 0): AnswerBytes => {
  const { status = 200, headers = { 'content-type': 'application/json' }, framed = true } = answer
  const body = Buffer.from(answer.body ?? '{"ok":true}')
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`]
  for (const [name, values] of Object.entries(headers))
    for (const value of typeof values === 'string' ? [values] : values) lines.push(`${name}: ${value}`)
  if (!framed) lines.push('connection: close')
  else if (!('content-length' in headers) && !('transfer-encoding' in headers))
    lines.push(`content-length: ${body.length + lengthOff}`)
  return { head: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body }
}
