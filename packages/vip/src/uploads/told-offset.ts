import { left, right, type Context, type Result } from '@xconnector/core'
import type { SendFailure } from '../failure/put-failure.js'
import { UploadRefused } from '../failure/upload-refused.js'
import type { Tools } from '../tools.js'
import type { Place } from './place.js'
import { GONE } from './gone.js'
import { offsetIn } from './tus-calls.js'

/** How many bytes of an upload VIP has, or that it has forgotten it. */
export const toldOffset = async (
  { tus, name }: Tools,
  place: Place,
  ctx: Context,
): Promise<Result<SendFailure, number | typeof GONE>> => {
  const told = await tus.offset.call(place, ctx)
  if (told._tag === 'Left') return isGone(told.left) ? right(GONE) : told
  const offset = offsetIn(told.right)
  if (offset !== undefined) return right(offset)
  return left(new UploadRefused(`"${name}" told no Upload-Offset`, { destination: name }))
}

/** Whether a failure says that there is no such upload, or none any more. */
export const isGone = (failure: SendFailure): boolean =>
  failure._tag === 'NotFound' || (failure._tag === 'Rejected' && failure.status === 410)
