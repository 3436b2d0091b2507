/** A decision on a version. `decidedAt`: RFC 3339 in UTC. */
export interface Approval {
  readonly decision: 'approved' | 'rejected' | 'withdrawn'
  readonly decidedAt: string
  readonly decidedBy?: string
  readonly comment?: string
}

/** What a client posts. */
export interface VersionCreate {
  readonly label?: string
  readonly sourceRevision?: string
  readonly makeCurrent?: boolean
  readonly approval?: Approval
  readonly file: { readonly uploadId: string; readonly sha256: string }
}

/** A version as the API gives it. */
export interface Version {
  readonly id: string
  readonly assetId: string
  /** Counts the versions of an asset, from 1. */
  readonly number: number
  readonly revision: number
  readonly label?: string
  readonly sourceRevision?: string
  readonly status: 'processing' | 'ready' | 'rejected'
  readonly rejection?: object
  readonly approval: Approval | null
  readonly filename?: string
  readonly mediaType?: string
  readonly size: number
  /** As announced by the client. */
  readonly sha256: string
  readonly createdAt: string
}

/** What the server keeps of a version. */
export interface VersionRecord {
  readonly version: Version
  readonly makeCurrent: boolean
  /** Where its bytes are. */
  readonly path: string
}

/** A version that may go out. */
export const isApproved = (version: Version | undefined): boolean =>
  version?.status === 'ready' && version.approval?.decision === 'approved'

/** Which decisions may follow which. */
export const mayDecide = (before: Approval | null, next: Approval['decision']): boolean =>
  before === null ? next !== 'withdrawn' : before.decision === 'approved' && next === 'withdrawn'
