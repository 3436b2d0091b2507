import * as t from 'io-ts'
import { SourceRef } from '../model/source-ref.js'

/** The events that the contract names. */
export type VipEventType =
  | 'vip.asset.created'
  | 'vip.asset.updated'
  | 'vip.asset.published'
  | 'vip.asset.unpublished'
  | 'vip.asset.availability_changed'
  | 'vip.asset.expired'
  | 'vip.asset.removed'
  | 'vip.version.created'
  | 'vip.version.ready'
  | 'vip.version.rejected'
  | 'vip.version.approval_changed'
  | 'vip.rights.updated'

/** What an event tells. */
export interface VipEventData {
  readonly object: {
    readonly kind: string
    readonly id: string
    /** Of the object: the highest wins, lower ones are stale. */
    readonly revision: number
    readonly status?: string
  }
  readonly source?: SourceRef
  readonly reason?: string
  readonly replacedBy?: string | null
  readonly effectiveAt?: string
  readonly href?: string
}

/** An event of VIP: CloudEvents 1.0 in structured mode. */
export interface VipEvent<T extends string = VipEventType | (string & {})> {
  readonly specversion: '1.0'
  readonly id: string
  /** The tenant. */
  readonly source: string
  readonly type: T
  /** The asset: `assets/ast_…`. */
  readonly subject: string
  /** RFC 3339 in UTC. */
  readonly time: string
  /** Counts the events of the subject; sorts as text. */
  readonly sequence: string
  readonly data: VipEventData
}

export const VipEvent: t.Type<VipEvent, VipEvent, unknown> = t.type({
  specversion: t.literal('1.0'),
  id: t.string,
  source: t.string,
  type: t.string,
  subject: t.string,
  time: t.string,
  sequence: t.string,
  data: t.intersection([
    t.type({
      object: t.intersection([
        t.type({ kind: t.string, id: t.string, revision: t.number }),
        t.partial({ status: t.string }),
      ]),
    }),
    t.partial({
      source: SourceRef,
      reason: t.string,
      replacedBy: t.union([t.string, t.null]),
      effectiveAt: t.string,
      href: t.string,
    }),
  ]),
}) as never

/**
 * For `from(…, { latest: newestPerObject })`: of the events of one asset, version or rights only the newest counts, by the
 * object's revision.
 */
export const newestPerObject: {
  key(event: VipEvent): string
  version(event: VipEvent): number
} = {
  key: ({ data: { object } }) => `${object.kind} ${object.id}`,
  version: ({ data: { object } }) => object.revision,
}
