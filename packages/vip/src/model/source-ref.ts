import * as t from 'io-ts'

/** Where an asset comes from: the id that it has there names it in VIP too. */
export interface SourceRef {
  /** The system's name, the same for all its assets. At most 64 characters. */
  readonly system: string
  /** The asset's id in that system. At most 256 characters. */
  readonly id: string
  /** Where people find it there. */
  readonly url?: string
  /** The revision of what is put: of two, the newer one wins. At most 128 characters. */
  readonly revision?: string
}

export const SourceRef: t.Type<SourceRef, SourceRef, unknown> = t.intersection([
  t.type({ system: t.string, id: t.string }),
  t.partial({ url: t.string, revision: t.string }),
]) as never
