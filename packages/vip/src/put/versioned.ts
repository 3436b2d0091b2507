import { left, right, type Context, type Result } from '@xconnector/core'
import type { PutFailure } from '../failure/put-failure.js'
import { UploadLost } from '../failure/upload-lost.js'
import type { VipAsset } from '../model/vip-asset.js'
import type { Version } from '../model/version.js'
import { orStop, Stop, stopped } from '../stop.js'
import type { Tools } from '../tools.js'
import { GONE } from '../uploads/gone.js'
import { sendFile } from '../uploads/send-file.js'
import { staleness } from './found.js'
import { processed } from './processed.js'
import type { Recorded } from './recorded.js'

/** A version of an asset, and how many bytes this run sent for it. */
export interface Versioned {
  readonly version: Version
  readonly sentBytes: number
}

// Uploads that are forgotten, and versions that are rejected, of one hop. A replay of a rejected one takes the next.
const UPLOADS = 5

/** The version of an asset's file: the one that VIP has, else a new one by an upload. Ready. */
export const versioned = async (
  tools: Tools,
  input: VipAsset & { readonly file: object },
  recorded: Recorded,
  ctx: Context,
): Promise<Result<PutFailure, Versioned>> =>
  stopped<PutFailure, Versioned>(async () => {
    const { asset, current } = recorded
    if (current !== undefined && fits(input, current)) return right({ version: current, sentBytes: 0 })
    const known = recorded.known ? orStop(await ofRevision(tools, input, asset.id, ctx)) : undefined
    if (known !== undefined) {
      const ready = await processed(tools, known, ctx)
      return ready._tag === 'Left' ? ready : right({ version: ready.right, sentBytes: 0 })
    }
    for (let nth = 1; nth <= UPLOADS; nth++) {
      const made = await attached(tools, input, asset.id, ctx, nth)
      if (made._tag === 'Left') {
        if (made.left._tag === 'UploadLost') continue
        return made
      }
      const { version, fresh, sentBytes } = made.right
      const ready = await processed(tools, version, ctx)
      if (ready._tag === 'Right') return right({ version: ready.right, sentBytes })
      const rejected = ready.left._tag === 'VersionRejected' || ready.left._tag === 'ChecksumMismatch'
      if (!rejected || fresh) return ready
    }
    return left(new UploadLost(`"${tools.name}" forgot or rejected ${UPLOADS} uploads of this file`))
  })

interface Attached {
  readonly version: Version
  readonly fresh: boolean
  readonly sentBytes: number
}

/** Sends the file and makes a version of it, once for this hop and number. */
const attached = (
  tools: Tools,
  input: VipAsset,
  assetId: string,
  ctx: Context,
  nth: number,
): Promise<Result<PutFailure, Attached>> =>
  stopped<PutFailure, Attached>(async () => {
    let now: { readonly version: Version; readonly sentBytes: number } | undefined
    const versionId = await ctx.once(`vip version ${nth}`, async () => {
      const sent = orStop(await sendFile(tools, input.file!, ctx, nth))
      if (sent === GONE) throw new Stop(lost(tools))
      const { uploadId, sha256, sentBytes } = sent
      // It may have taken long: what was the newest revision when it began need not be so any more.
      const asset = orStop(await tools.assets.get.call({ assetId }, ctx)).body
      orStop(staleness(tools, input.source, { asset, current: undefined }))
      const made = await tools.versions.create.call(
        {
          assetId,
          uploadId,
          sha256,
          label: input.version?.label,
          sourceRevision: input.source.revision,
          approval: input.approval?.decision === 'withdrawn' ? undefined : input.approval,
        },
        ctx,
      )
      now = { version: orStop(made), sentBytes }
      return now.version.id
    })
    if (now !== undefined) return right({ ...now, fresh: true })
    const version = orStop(await tools.versions.get.call({ assetId, versionId }, ctx))
    return right({ version, fresh: false, sentBytes: 0 })
  })

const lost = ({ name }: Tools): UploadLost =>
  new UploadLost(`"${name}" forgot the upload`, { destination: name })

/** The newest version of the input's revision that may still be what is wanted. */
const ofRevision = async (
  { versions }: Tools,
  input: VipAsset,
  assetId: string,
  ctx: Context,
): Promise<Result<PutFailure, Version | undefined>> => {
  const { revision } = input.source
  if (revision === undefined) return right(undefined)
  const listed = await versions.ofRevision.call({ assetId, sourceRevision: revision }, ctx)
  return listed._tag === 'Left' ? listed : right(listed.right.data.find((version) => fits(input, version)))
}

/** Whether a version is of the input's file: by its revision, and by size and sha256 where they are known. */
const fits = ({ source: { revision }, file }: VipAsset, version: Version): boolean => {
  const { size, sha256 } = file!.ref
  if (version.status === 'rejected') return false
  if (revision === undefined ? sha256 === undefined : version.sourceRevision !== revision) return false
  return (sha256 === undefined || sha256 === version.sha256) && (size === undefined || size === version.size)
}
