import * as t from 'io-ts'
import { Approval } from './approval.js'

/** A version of an asset's file. Immutable but for its approval. */
export interface Version {
  readonly id: string
  readonly assetId: string
  /** Counts the versions of the asset, from 1. */
  readonly number: number
  readonly label?: string
  /** The revision that the file has where it comes from. */
  readonly sourceRevision?: string
  readonly status: 'processing' | 'ready' | 'rejected' | (string & {})
  /** Why it was rejected. */
  readonly rejection?: { readonly code?: string; readonly title?: string }
  readonly approval: Approval | null
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

export const Version: t.Type<Version, Version, unknown> = t.intersection([
  t.type({
    id: t.string,
    assetId: t.string,
    number: t.number,
    status: t.string,
    approval: t.union([Approval, t.null]),
    size: t.number,
    sha256: t.string,
  }),
  t.partial({
    label: t.string,
    sourceRevision: t.string,
    rejection: t.partial({ code: t.string, title: t.string }),
  }),
]) as never

/** One page of versions, newest first. */
export const Versions: t.Type<{ readonly data: readonly Version[] }, unknown, unknown> = t.type({
  data: t.readonlyArray(Version),
})
