import type { HttpQuery, HttpTarget } from '@xconnector/http'
import type { VipClient } from '../client.js'
import type { VipCallFailure } from '../failure/put-failure.js'
import type { Approval } from '../model/approval.js'
import { Version, Versions } from '../model/version.js'
import type { VipProfile } from '../profile.js'
import type { AssetId } from './asset-calls.js'

/** A version of an asset. */
export interface VersionId extends AssetId {
  readonly versionId: string
}

/** A complete upload that is to become a version. */
export interface NewVersion extends AssetId {
  readonly uploadId: string
  /** Of the whole file: lower-case hex. */
  readonly sha256: string
  readonly label?: string | undefined
  readonly sourceRevision?: string | undefined
  readonly approval?: Approval | undefined
}

/** A decision on a version. */
export interface Decided extends VersionId {
  readonly approval: Approval
}

type Call<A, B> = HttpTarget<A, B, VipCallFailure>
type Read<A, B> = HttpQuery<A, B, VipCallFailure>

/** The calls about versions, one exchange each. */
export interface VersionCalls {
  readonly get: Read<VersionId, Version>
  /** The newest first. */
  readonly ofRevision: Read<
    AssetId & { readonly sourceRevision: string },
    { readonly data: readonly Version[] }
  >
  /** Keyed by its message and the upload: a repeat makes no second version. */
  readonly create: Call<NewVersion, Version>
  readonly approve: Call<Decided, Version>
}

/** Declares them. */
export const versionCalls = (client: VipClient, { paths }: VipProfile): VersionCalls => ({
  get: client.query({
    name: 'get-version',
    path: paths.version,
    response: Version,
  }),
  ofRevision: client.query({
    name: 'find-versions',
    path: paths.versions,
    query: ({ sourceRevision }: AssetId & { readonly sourceRevision: string }) => ({ sourceRevision }),
    response: Versions,
  }),
  create: client.target({
    name: 'create-version',
    method: 'POST',
    path: paths.versions,
    effect: 'keyed',
    body: ({ label, sourceRevision, approval, uploadId, sha256 }: NewVersion) => ({
      label,
      sourceRevision,
      approval,
      file: { uploadId, sha256 },
    }),
    key: ({ uploadId }, ctx) => `${ctx.key}/version/${uploadId}`,
    response: Version,
  }),
  approve: client.target({
    name: 'approve-version',
    method: 'PUT',
    path: paths.approval,
    effect: 'idempotent',
    body: ({ approval: { decision, decidedAt, decidedBy, comment } }: Decided) => ({
      decision,
      decidedAt,
      decidedBy,
      comment,
    }),
    response: Version,
  }),
})
