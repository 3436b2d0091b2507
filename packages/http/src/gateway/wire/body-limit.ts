import { Transform, type Readable } from 'node:stream'
import { problem } from '../../ingress/problem.js'
import type { Front } from './front.js'

/** A body of unknown length that breaks when it has more bytes than allowed; the front is answered with 413 then. */
export const limited = (body: Readable, most: number, front: Front): Readable => {
  let size = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.byteLength
      if (size <= most) return done(null, chunk)
      if (!front.started) front.reply(problem(413, { detail: `expected at most ${most} bytes`, close: true }))
      done(new Error('the body is too large'))
    },
  })
  body.on('error', (error) => counted.destroy(error))
  body.on('close', () => {
    if (!body.readableEnded) counted.destroy()
  })
  return body.pipe(counted)
}
