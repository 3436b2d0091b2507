import { Failure, type FailureOptions, type Kind } from '@xconnector/core'

/** What is known of a refusal by VIP. */
export interface VipFacts {
  /** The name of the destination. */
  readonly destination?: string
  /** Status of the answer, if it was one. */
  readonly status?: number
  /** The problem's code, as VIP names it. */
  readonly code?: string
  readonly assetId?: string
  readonly versionId?: string
}

/** The base of the failures that VIP has and HTTP has not. Test the `_tag`. */
export abstract class VipFailure<Tag extends string, K extends Kind = Kind>
  extends Failure<Tag, K>
  implements VipFacts
{
  declare readonly destination?: string
  declare readonly status?: number
  declare readonly code?: string
  declare readonly assetId?: string
  declare readonly versionId?: string

  constructor(tag: Tag, kind: K, message: string, facts: VipFacts = {}, options?: FailureOptions) {
    super(tag, kind, message, options)
    if (facts.destination !== undefined) this.destination = facts.destination
    if (facts.status !== undefined) this.status = facts.status
    if (facts.code !== undefined) this.code = facts.code
    if (facts.assetId !== undefined) this.assetId = facts.assetId
    if (facts.versionId !== undefined) this.versionId = facts.versionId
  }
}
