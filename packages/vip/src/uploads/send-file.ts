import { left, right, type Context, type Result } from '@xconnector/core'
import { SizeUnknown } from '../failure/size-unknown.js'
import type { SendFailure } from '../failure/put-failure.js'
import type { VipFile } from '../model/vip-asset.js'
import type { Tools } from '../tools.js'
import { begun } from './begun.js'
import { GONE } from './gone.js'
import { hashOf } from './opened.js'
import { uploadIdOf } from './place.js'
import { orStop, Stop, stopped } from '../stop.js'
import { toldOffset } from './told-offset.js'
import { transfer } from './transfer.js'

/** A file that VIP has as a complete upload. */
export interface SentFile {
  readonly uploadId: string
  /** Lower-case hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Bytes that this run sent. */
  readonly sentBytes: number
}

/**
 * Sends a file by tus 1.0.0: from where VIP has it, wherever and whenever it was begun. `nth`: which upload of this hop it
 * is; its place is remembered under that number, and its hash once the last byte has gone.
 */
export const sendFile = (
  tools: Tools,
  file: VipFile,
  ctx: Context,
  nth: number,
): Promise<Result<SendFailure, SentFile | typeof GONE>> =>
  stopped<SendFailure, SentFile | typeof GONE>(async () => {
    const { ref } = file
    const { size } = ref
    if (size === undefined)
      return left(new SizeUnknown(`file ${ref.id} of ${ref.provider} has no size: give its reference one`))
    const { place, fresh } = orStop(await begun(tools, file, ctx, nth))
    const from = fresh ? 0 : orStop(await toldOffset(tools, place, ctx))
    if (from === GONE) return right(GONE)
    const sent = from < size ? orStop(await transfer(tools, file, place, from, ctx)) : undefined
    if (sent === GONE) return right(GONE)
    const sha256 =
      ref.sha256 ??
      (await ctx.once(`vip sha256 ${nth}`, async () => {
        const hash = sent === undefined ? await hashOf(tools, ref, ctx) : right(sent.sha256!)
        if (hash._tag === 'Left') throw new Stop(hash.left)
        return hash.right
      }))
    return right({ uploadId: uploadIdOf(place), sha256, size, sentBytes: sent?.sentBytes ?? 0 })
  })
