import type { SourceRef } from '../platform/asset.js'

/** What can happen. Every revision of an asset is told by one `vip.asset.*` event. */
export type EventType =
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
export interface EventData {
  readonly object: {
    readonly kind: 'asset' | 'version' | 'rights'
    /** Of rights the asset's. */
    readonly id: string
    readonly revision: number
    readonly status?: string
  }
  readonly source?: SourceRef
  readonly reason?: string
  readonly replacedBy?: string
  readonly effectiveAt?: string
  readonly href?: string
}

/** An event as it is sent: CloudEvents 1.0 in structured mode. */
export interface VipEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: EventType
  /** The asset: `assets/ast_…`. */
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Counts the events of the subject from 1, as 20 digits. */
  readonly sequence: string
  readonly data: EventData
}

/** What is told to the log of events; it adds the rest. */
export interface Happening {
  readonly type: EventType
  readonly assetId: string
  readonly data: EventData
}
