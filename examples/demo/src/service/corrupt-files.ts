import { Transform } from 'node:stream'
import type { FileProvider } from '@xconnector/core'
import { chance } from '@xconnector/example-kit/chance'

const CORRUPT = 0.2
// Of every file, and in the picture, not in its head.
const PLACE = 12_345

/** Files of which one in five arrives with one bit turned over, always the same one: no hash that is made on the way can tell. */
export const corruptFiles = (honest: FileProvider): FileProvider => ({
  name: honest.name,
  async open(file, options = {}) {
    const { start = 0 } = options
    const stream = await honest.open(file, options)
    // The path alone: the port is another in each run.
    if (chance('corrupt', new URL(file.id, 'http://any').pathname) >= CORRUPT) return stream
    let at = start
    const spoil = new Transform({
      transform(chunk: Buffer, _, done) {
        const place = PLACE - at
        at += chunk.length
        if (place < 0 || place >= chunk.length) return done(null, chunk)
        const spoilt = Buffer.from(chunk)
        spoilt[place]! ^= 1
        done(null, spoilt)
      },
    })
    stream.once('error', (reason) => spoil.destroy(reason))
    spoil.once('close', () => stream.destroy())
    return stream.pipe(spoil)
  },
})
