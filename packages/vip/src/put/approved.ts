import { right, type Context, type Result } from '@xconnector/core'
import type { PutFailure } from '../failure/put-failure.js'
import type { Approval } from '../model/approval.js'
import type { Version } from '../model/version.js'
import type { Tools } from '../tools.js'

/** Records the decision on a version, unless it is recorded. */
export const approved = async (
  { versions }: Tools,
  version: Version,
  approval: Approval | undefined,
  ctx: Context,
): Promise<Result<PutFailure, Version>> => {
  if (approval === undefined || version.approval?.decision === approval.decision) return right(version)
  return versions.approve.call({ assetId: version.assetId, versionId: version.id, approval }, ctx)
}
