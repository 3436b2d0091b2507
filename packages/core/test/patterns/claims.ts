import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  CallContext,
  createDestination,
  right,
  silentLogger,
  systemClock,
  target,
  type Context,
  type FileProvider,
  type FileRef,
  type Target,
} from '../../src/index.js'

/** The context of one attempt of a hop with this key. */
export const attemptOf = (key: string, signal?: AbortSignal): Context =>
  new CallContext(
    { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'test',
    {},
    { key, signal },
  )

/** A target that takes a file, opened by its provider. */
export const upload = (
  files: FileProvider,
  sent: string[],
): Target<{ readonly file: FileRef }, undefined, never> =>
  target({
    name: 'upload',
    destination: createDestination({ name: 'dam' }),
    effect: 'keyed',
    async call({ file }: { readonly file: FileRef }, ctx) {
      sent.push((await buffer(await files.open(file, { signal: ctx.signal, ctx }))).toString())
      return { result: right(undefined), seen: { as: 'ok' } }
    },
  })

/** A stream of pieces that says how many of them were taken. */
export const counted = (
  pieces: Iterable<Uint8Array | Error>,
): { readonly stream: Readable; readonly taken: () => number } => {
  let taken = 0
  const stream = Readable.from(
    (function* () {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece
        taken++
        yield piece
      }
    })(),
    { objectMode: false },
  )
  return { stream, taken: () => taken }
}
