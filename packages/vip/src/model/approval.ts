import * as t from 'io-ts'

/** The decision on a version. */
export interface Approval {
  readonly decision: 'approved' | 'rejected' | 'withdrawn'
  /** RFC 3339 in UTC. */
  readonly decidedAt: string
  readonly decidedBy?: string
  readonly comment?: string
}

export const Approval: t.Type<Approval, Approval, unknown> = t.intersection([
  t.type({
    decision: t.union([t.literal('approved'), t.literal('rejected'), t.literal('withdrawn')]),
    decidedAt: t.string,
  }),
  t.partial({ decidedBy: t.string, comment: t.string }),
]) as never
