import { left, right, type Context, type Result } from '@xconnector/core'
import { ChecksumMismatch } from '../failure/checksum-mismatch.js'
import type { PutFailure } from '../failure/put-failure.js'
import { VersionNotReady } from '../failure/version-not-ready.js'
import { VersionRejected } from '../failure/version-rejected.js'
import type { Version } from '../model/version.js'
import type { Tools } from '../tools.js'

const FIRST_WAIT_MS = 25
const LONGEST_WAIT_MS = 5_000

/** Waits until VIP has processed a version, asking less and less often. */
export const processed = async (
  tools: Tools,
  version: Version,
  ctx: Context,
): Promise<Result<PutFailure, Version>> => {
  const { clock } = ctx
  const until = clock.now() + tools.processingMs
  let now = version
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    if (now.status === 'ready') return right(now)
    if (now.status === 'rejected') return left(rejected(tools, now))
    if (clock.now() + wait > until) return left(late(tools, now))
    await clock.sleep(wait, ctx.signal)
    const asked = await tools.versions.get.call({ assetId: now.assetId, versionId: now.id }, ctx)
    if (asked._tag === 'Left') return asked
    now = asked.right
  }
}

const factsOf = ({ name }: Tools, { assetId, id, rejection }: Version) => ({
  destination: name,
  assetId,
  versionId: id,
  ...(rejection?.code !== undefined && { code: rejection.code }),
})

const rejected = (tools: Tools, version: Version): ChecksumMismatch | VersionRejected => {
  const code = version.rejection?.code
  const what = `"${tools.name}" rejected version ${version.id}${code === undefined ? '' : `: ${code}`}`
  return code !== undefined && tools.codes[code] === 'ChecksumMismatch'
    ? new ChecksumMismatch(what, factsOf(tools, version))
    : new VersionRejected(what, factsOf(tools, version))
}

const late = (tools: Tools, version: Version): VersionNotReady =>
  new VersionNotReady(
    `"${tools.name}" has not processed version ${version.id} in ${tools.processingMs} ms`,
    factsOf(tools, version),
  )
