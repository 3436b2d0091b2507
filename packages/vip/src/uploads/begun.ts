import { readSetting, right, type Context, type Result } from '@xconnector/core'
import type { SendFailure } from '../failure/put-failure.js'
import { UploadElsewhere } from '../failure/upload-elsewhere.js'
import { UploadRefused } from '../failure/upload-refused.js'
import type { VipFile } from '../model/vip-asset.js'
import { orStop, Stop, stopped } from '../stop.js'
import type { Tools } from '../tools.js'
import { placeOf, type Place } from './place.js'

/** An upload that was begun. */
export interface Begun {
  readonly place: Place
  /** It was begun now: nothing can have arrived. */
  readonly fresh: boolean
}

/** Creates the upload, once for this hop and number: after a crash it is found where it was. */
export const begun = (
  tools: Tools,
  file: VipFile,
  ctx: Context,
  nth: number,
): Promise<Result<SendFailure, Begun>> =>
  stopped<SendFailure, Begun>(async () => {
    let fresh = false
    const place = await ctx.once(`vip upload ${nth}`, async () => {
      fresh = true
      const { headers } = orStop(await tools.tus.create.call(file, ctx))
      const { location } = headers
      if (location === undefined)
        throw new Stop(
          new UploadRefused(`"${tools.name}" created an upload without a Location`, {
            destination: tools.name,
          }),
        )
      const found = placeOf(location, readSetting(tools.baseUrl, ctx.config), tools.uploads)
      if (found === undefined)
        throw new Stop(
          new UploadElsewhere(
            `"${tools.name}" put an upload outside of its base URL: set baseUrl to where its uploads are too`,
            { destination: tools.name },
          ),
        )
      return found
    })
    return right({ place, fresh })
  })
