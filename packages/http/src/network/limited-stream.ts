import { pipeline, Transform, type Readable } from 'node:stream'

/** A stream of another one's bytes, which breaks at more than `most` of them. Destroying it destroys the source. */
export const limitedTo = (source: Readable, most: number, fault: () => Error): Readable => {
  let passed = 0
  const limited = new Transform({
    transform(piece: Buffer, _encoding, done) {
      passed += piece.length
      if (passed > most) done(fault())
      else done(null, piece)
    },
  })
  // A break is an error of the stream that is given out.
  return pipeline(source, limited, () => {})
}
