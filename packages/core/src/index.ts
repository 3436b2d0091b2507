export { left, right, type May, type Result } from './result/result.js'
export { Failure, isFailure, type FailureOptions, type Kind, type Tagged } from './failure/failure.js'
export { failure, type FailureClass } from './failure/own.js'
export { StepFailed } from './failure/step-failed.js'
export { DecodeFailed, type Issue } from './failure/decode-failed.js'
export { DeadlineExceeded } from './failure/deadline-exceeded.js'
export { OutcomeUnknown } from './failure/outcome-unknown.js'
export { CircuitOpen } from './failure/circuit-open.js'
export { Crashed } from './failure/crashed.js'
export { Unresolved } from './failure/unresolved.js'
export { NoReply } from './failure/no-reply.js'
export { PartialFailure, type FailedBranch } from './failure/partial-failure.js'
export { JournalUnavailable, type JournalTrouble } from './failure/journal-unavailable.js'
export type { Filtered } from './failure/filtered.js'
export { Secret } from './failure/secret.js'
export type { Json, JsonText } from './message/json.js'
export type { Message } from './message/message.js'
export type { FileRef } from './message/file-ref.js'
export { millis, type Duration } from './message/duration.js'
export { checkKnown } from './message/check-known.js'
export { systemClock, sleepWith, type Clock } from './ports/clock.js'
export { seededRandom, systemRandom, type Random } from './ports/random.js'
export { uuidv7, type Ids } from './ports/ids.js'
export { silentLogger, stderrLogger, type Logger } from './ports/logger.js'
export type {
  Admin,
  Also,
  Capabilities,
  Claimed,
  ClaimQuery,
  Claims,
  Count,
  Done,
  FindQuery,
  Found,
  HopRef,
  Journal,
  Judged,
  Lease,
  Mark,
  NewEntry,
  Opened,
  Outcome,
  Reply,
  Settle,
  Settlement,
  StateMove,
  Stored,
  Taken,
  Want,
} from './ports/journal.js'
export type { Destination, DestinationLimits, Gate, Later, Leave, Seen } from './destination/destination.js'
export type { ToldLimit } from './destination/learned-limit.js'
export type { Accepted, Incoming, Intake, Running, Shape, Source } from './source/source.js'
export type {
  Context,
  Effect,
  EffectFailure,
  Parked,
  Reconciled,
  Step,
  StepLog,
  Takes,
  Target,
} from './step/step.js'
export { CallContext, type ContextOptions, type Environment } from './step/context.js'
export { fileProviders, type FileProvider, type OpenFile } from './step/file-provider.js'
export { isParked } from './step/is-parked.js'
export {
  read,
  target,
  type Answer,
  type Composite,
  type LeftOf,
  type Remote,
  type RemoteEffect,
  type RightOf,
} from './step/target.js'
export type { AnyDecoder, Decoded, Decoder } from './decode/decoder.js'
export { ConfigInvalid, type ConfigProblem } from './failure/config-invalid.js'
export { failureToJson } from './failure/to-json.js'
export type { FailureRecord } from './failure/failure-record.js'
export { config, type Config, type ConfigSource } from './config/config.js'
export { checkConfig } from './config/check-config.js'
export { reader, type Reader } from './config/reader.js'
export { isSetting, readSetting, setting, type Setting } from './config/setting.js'
export { decodeWith } from './decode/decode-with.js'
export { createDestination } from './destination/create-destination.js'
export type {
  AdaptiveOptions,
  CircuitOptions,
  DestinationOptions,
  RetryBudgetOptions,
} from './destination/settings.js'
export { memoryJournal, type MemoryJournalOptions } from './journal/memory.js'
export { memoryStore, type MemoryStore } from './journal/memory-store.js'
export { integer, flag, duration, optional, secret, text, url } from './config/readers.js'
export { decoded } from './decode/decoded.js'
export { flow, type FlowOptions, type FlowStart } from './flow/create.js'
export type { CallOptions, Codec, Ended, Flow, ToOptions } from './flow/flow.js'
export type { Gathered, GatheredEach, GatherErrors, GatherOptions, ReplyOf } from './flow/gathered.js'
export type {
  BranchEnd,
  Caught,
  Decision,
  Doubt,
  Emission,
  FlowNode,
  Inherited,
  NodeBranch,
  NodeContext,
  NodeDefinition,
  NodeEntrance,
  SendTo,
  Waiting,
} from './flow/node.js'
export type {
  DecodedItem,
  DecodingSplitOptions,
  GatherEachOptions,
  OnBad,
  Rows,
  RunOptions,
  SplitContext,
  SplitOptions,
} from './flow/split-options.js'
export type { ItemOutcome, RunReport } from './flow/run-report.js'
export type { DecodedRow, RowDecoder } from './decode/decode-rows.js'
export type { Item } from './step/item.js'
export type { Items } from './run/items.js'
export { progressOf, type Progress } from './runtime/progress.js'
export { estimate, type Estimate, type EstimatedPart, type EstimateOptions } from './plan/estimate.js'
export type { CallEnded, CallEvents } from './flow/events.js'
export type { Choose, Chosen } from './flow/choose.js'
export type { AcceptErrors, AcceptOptions } from './flow/accept.js'
export type { CannotBeStored, Kept, Storable, Unstorable } from './flow/stored.js'
export type { Body, Failing, Less, NoRoutes, Of, Routes, Unrouted } from './flow/routed.js'
export type { Branch, Errors, Parts, Typed } from './flow/typed.js'
export type { Sent } from './run/memory.js'
export type { Alert } from './route/alert.js'
export type { Deployable } from './route/deployable.js'
export {
  byKind,
  deadLetter,
  discard,
  divert,
  retry,
  when,
  type AlertTarget,
  type Cases,
  type Failed,
  type Retry,
  type Route,
  type RouteFor,
} from './route/route.js'
export type { RetryOptions } from './route/schedule.js'
export { describe, type FlowDescription, type HopDescription } from './plan/describe.js'
export { mermaid } from './plan/mermaid.js'
export { worstCase, type WorstCase, type WorstCaseOptions, type WorstHop } from './plan/worst-case.js'
export { createRuntime, type Runtime } from './runtime/runtime.js'
export type { RuntimeOptions } from './runtime/options.js'
export type { AttemptEvent, EntryEvent, FailedEvent, RuntimeEvents } from './runtime/events.js'
export type { Health } from './runtime/health.js'
export {
  DeadLetters,
  type DeadLetter,
  type DeadLetterQuery,
  type Replayed,
  type ReplayOptions,
  type ShowOptions,
} from './runtime/dead-letters.js'
export type { DriftAlarm } from './drift/alarm.js'
export type { DriftKind } from './drift/finding.js'
export type { DriftOptions } from './drift/options.js'
export { forgetSplits } from './runtime/forget-splits.js'
export type { Rehearsal } from './runtime/rehearsal.js'
export type { AcceptedMessage, DeadLetterReport } from './runtime/dead-letter-report.js'
export type { Preview } from './runtime/preview.js'
export type { PauseOptions } from './runtime/pauses.js'
export type { Advice } from './operate/advice.js'
export type { Controlled, Pause } from './operate/controlled.js'
export type { DestinationStatus, FlowStatus, HopStatus, Status } from './operate/status.js'
export { untilSignal, type ClosableServer, type UntilSignalOptions } from './runtime/until-signal.js'
