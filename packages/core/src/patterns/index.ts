// Integration patterns: each one a step, a target, a source or a part of a flow, to be given to the builder.
export { delayUntil } from './delay-until.js'
export { divertTo, type Diverted } from './divert-to.js'
export { recipients, type Choosing, type RecipientsOptions } from './recipients.js'
export { wireTap } from './wire-tap.js'
export { schedule } from '../source/schedule.js'
export type { ScheduleOptions } from '../source/schedule-options.js'
export type { Scheduled } from '../source/scheduled.js'
export { poll } from '../source/poll.js'
export type { BackOff, Deletions, NoCursor, Page, PollContext, PollOptions } from '../source/poll-options.js'
export type { Change } from '../source/change.js'
export { enrich, type EnrichFailure, type EnrichOptions } from './enrich.js'
export { normalize, shape, type Normalizer, type Shape, type ShapesGive } from './normalize.js'
export { checkIn, type CheckInBytes, type CheckInFailure, type CheckInPart } from './check-in.js'
export { checkOut, type CheckOutFailure, type CheckOutLimits, type CheckOutOptions } from './check-out.js'
export { release } from './release.js'
export type { BytesClaim, Claim, Held, JsonClaim } from './claim.js'
export type { ClaimBytes, ClaimStore, StoredClaim } from './claim-store.js'
export { directoryStore, type DirectoryStoreOptions } from './directory-store.js'
export { memoryClaims, type MemoryClaimsOptions } from './memory-claims.js'
export { ClaimMissing } from './claim-missing.js'
export { ClaimDamaged } from './claim-damaged.js'
export { StoreUnavailable } from './store-unavailable.js'
export { StreamBroken } from './stream-broken.js'
export {
  progressBar,
  type ProgressBar,
  type ProgressBarOptions,
  type ProgressLike,
  type ProgressStream,
} from './progress-bar.js'
export {
  throttle,
  type KeyedThrottleOptions,
  type ThrottleFailure,
  type ThrottleOptions,
} from './throttle.js'
export { Throttled } from '../failure/throttled.js'
export { failover, type FailoverFailure, type FailoverOptions } from './failover.js'
export { FailoverExhausted } from './failover-exhausted.js'
export { roundRobin } from './round-robin.js'
export type { FailureOf, InputOf, ReplyOf, Targets } from './failover-parts.js'
export {
  correlation,
  type CollectOptions,
  type Correlation,
  type CorrelationOptions,
  type Reminder,
  type Replied,
  type RepliedBy,
  type WaitFailure,
  type WaitOneOptions,
  type WaitOptions,
} from './correlation.js'
export type { Answering, AnswerOptions, Fate } from './await-reply-answer.js'
export type { Reply } from './await-reply-row.js'
export type { Until } from './await-reply-until.js'
export { AwaitExpired } from '../failure/await-expired.js'
export { saga, type Saga, type SagaOptions, type SagaStart, type SagaSteps } from './saga.js'
export type { Doing, SagaStepOptions, Undoing } from './saga-step.js'
export { SagaFailed, type NotUndone } from '../failure/saga-failed.js'
export { idempotent, type IdempotentOptions, type Received } from './idempotent.js'
export { KeyInUse } from '../failure/key-in-use.js'
export { completion, type CompletionHooks } from './completion.js'
export type { PartDone, PartEnded, PartFailed, PartFiltered } from './completion-node.js'
export { aggregate } from './aggregate.js'
export { aggregateEach } from './aggregate-each.js'
export { batch, type BatchOptions } from './batch.js'
export { collect, type CollectFolds, type CollectLists } from './collect.js'
export { settleWindow, type SettleOptions } from './settle-window.js'
export { eventWindows, type FoldWindows, type ListWindows, type WindowOptions } from './event-windows.js'
export type { CompletedBy, Group, Joined, ListGroup } from './group/joined.js'
export type { FoldOptions, GroupFailure, Grouping, Late, ListOptions } from './group/options.js'
export type { Signal } from './group/durable-rules.js'
export { GroupClosed } from './group/group-closed.js'
export { KeyMissing } from './group/key-missing.js'
export { TooLate } from './window/too-late.js'
export type { Windowed } from './window/windowed.js'
