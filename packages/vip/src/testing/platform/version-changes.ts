import { left, right, type Result } from '@xconnector/core'
import { refusal, type Refusal } from './refusal.js'
import { mayDecide, type Approval, type Version, type VersionCreate, type VersionRecord } from './version.js'

export type { Approval } from './version.js'

/** A version to be made, with what its upload said of the file. */
export interface NewVersion extends VersionCreate {
  readonly filename?: string
  readonly mediaType?: string
  readonly size: number
  readonly path: string
}

/** A version at its beginning. */
export const versionOf = (
  { label, sourceRevision, approval, filename, mediaType, ...given }: NewVersion,
  named: Pick<Version, 'id' | 'assetId' | 'number' | 'createdAt'>,
): VersionRecord => ({
  version: {
    ...named,
    revision: 1,
    ...(label !== undefined && { label }),
    ...(sourceRevision !== undefined && { sourceRevision }),
    status: 'processing',
    approval: approval ?? null,
    ...(filename !== undefined && { filename }),
    ...(mediaType !== undefined && { mediaType }),
    size: given.size,
    sha256: given.file.sha256,
  },
  makeCurrent: given.makeCurrent ?? true,
  path: given.path,
})

/** A version after its processing: ready when its bytes are what was announced. */
export const processed = (record: VersionRecord, sha256: string): VersionRecord => {
  const revision = record.version.revision + 1
  if (sha256 === record.version.sha256)
    return { ...record, version: { ...record.version, revision, status: 'ready' } }
  const rejection = {
    type: 'about:blank',
    title: 'Unprocessable Entity',
    status: 422,
    code: 'checksum_mismatch',
    detail: `the bytes have the sha256 ${sha256}, announced was ${record.version.sha256}`,
    retryable: false,
  }
  return { ...record, version: { ...record.version, revision, status: 'rejected', rejection } }
}

/** A version with a decision; the same record when the decision is there already. */
export const approved = (record: VersionRecord, approval: Approval): Result<Refusal, VersionRecord> => {
  const { version } = record
  if (version.approval?.decision === approval.decision) return right(record)
  if (version.status === 'rejected')
    return left(refusal(409, 'version_rejected', `version ${version.id} was rejected`))
  if (!mayDecide(version.approval, approval.decision)) {
    const from = version.approval?.decision ?? 'none'
    return left(
      refusal(409, 'illegal_move', `the approval is ${from}: it cannot become ${approval.decision}`),
    )
  }
  return right({ ...record, version: { ...version, revision: version.revision + 1, approval } })
}
