import type { FailureOptions } from '@xconnector/core'
import type { ExchangeFailure, FailedAnswer } from '@xconnector/http'
import type { VipProfile } from '../profile.js'
import { ChecksumMismatch } from './checksum-mismatch.js'
import { IllegalMove } from './illegal-move.js'
import { NotApproved } from './not-approved.js'
import type { VipRefusal } from './put-failure.js'
import { RightsNotCleared } from './rights-not-cleared.js'
import { UploadLocked } from './upload-locked.js'
import { UploadLost } from './upload-lost.js'
import { VersionNotCurrent } from './version-not-current.js'
import type { VipFacts } from './vip-failure.js'
import { VersionRejected } from './version-rejected.js'

type Refusing = new (message: string, facts?: VipFacts, options?: FailureOptions) => VipRefusal

const CLASSES: Readonly<Record<RefusalTag, Refusing>> = {
  ChecksumMismatch,
  IllegalMove,
  NotApproved,
  RightsNotCleared,
  UploadLocked,
  UploadLost,
  VersionNotCurrent,
  VersionRejected,
}

/** The names of the refusals that a problem's code may stand for. */
export type RefusalTag = VipRefusal['_tag']

/** Makes VIP's own failures of answers, by the code of their problem (RFC 9457). */
export const refining =
  (profile: VipProfile) =>
  (failure: ExchangeFailure, answer: FailedAnswer): VipRefusal | undefined => {
    const code = codeOf(answer)
    // tus says by this status alone that somebody else is writing.
    const tag =
      (code !== undefined ? own(profile.codes, code) : undefined) ??
      (answer.status === 423 ? 'UploadLocked' : undefined)
    if (tag === undefined) return undefined
    const { destination } = failure
    const facts = { destination, status: answer.status, ...(code !== undefined && { code }) }
    const options = {
      cause: failure,
      ...(failure.retryAt !== undefined && { retryAt: failure.retryAt }),
    }
    return new CLASSES[tag](`${failure.message}${code === undefined ? '' : `: ${code}`}`, facts, options)
  }

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const codeOf = (answer: FailedAnswer): string | undefined => {
  const problem = answer.json()
  if (typeof problem !== 'object' || problem === null || Array.isArray(problem)) return undefined
  const { code } = problem as { readonly code?: unknown }
  return typeof code === 'string' && /^[a-z][a-z0-9_.-]{0,63}$/i.test(code) ? code : undefined
}
