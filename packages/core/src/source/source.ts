import type { Setting } from '../config/setting.js'
import type { AnyDecoder } from '../decode/decoder.js'
import type { DecodeFailed } from '../failure/decode-failed.js'
import type { Json, JsonText } from '../message/json.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Logger } from '../ports/logger.js'
import type { May, Result } from '../result/result.js'

/** Where messages enter: a webhook, a poll, a schedule, another flow. */
export interface Source<out A, in Raw = Json> {
  readonly name: string
  /** Runs in one process only, under the journal's lease (polls, schedules). */
  readonly single: boolean
  /** What it reads from the configuration: checked at start, all at once. */
  readonly settings?: readonly Setting<unknown>[]
  /** From the raw form to what the flow starts with; called at accept and when the first hop starts. */
  decode(raw: Raw): May<Result<DecodeFailed, A>>
  /** What is known of the shape of its messages: for watching whether it changes. */
  readonly shape?: Shape
  /** Begins to give messages to the intake; called once a start of a runtime. */
  start(intake: Intake): May<Running>
}

/** What is known of the shape of a source's messages. */
export interface Shape {
  /** What decodes the raw form. Of an io-ts codec it is known which fields and texts it knows. */
  readonly decoder?: AnyDecoder
  /** What kind of message it is: those of one kind look alike. Left out, or `undefined`: its `type`. */
  kind?(raw: Json): string | undefined
}

/** A started source. After `stop` resolves it gives no more messages. */
export interface Running {
  stop(): May<void>
}

/** What a started source gives its messages to. */
export interface Intake {
  readonly clock: Clock
  readonly log: Logger
  /** For the calls that a source makes. */
  readonly ids: Ids
  /** Aborts when the runtime stops. */
  readonly signal: AbortSignal
  /** Overrides of configuration, given by tests. */
  readonly config: Readonly<Record<string, string>>
  /**
   * Ask before reading a body. Defined when too much is pending, or when a person paused the intake of a flow that the source
   * feeds (`paused`): seconds after which to ask again.
   */
  load(): { readonly retryAfter: number; readonly paused?: true } | undefined
  /** The position as last committed. */
  cursor(): Promise<Json | undefined>
  /** What the source keeps beside its cursor, as last committed; absent names are left out. */
  state(names: readonly string[]): Promise<Readonly<Record<string, Json>>>
  /** Entries that wait now, or are in hand, in the flows that this source feeds. */
  waiting(): Promise<number>
  /**
   * Stores messages: one transaction, durable when it resolves; the cursor, and the `state` that is given by name
   * (`undefined` removes), move with their batch. Rejects with `JournalUnavailable` when nothing was stored; also when
   * another process moved what this one has not read since.
   */
  accept(
    batch: readonly Incoming[],
    cursor?: Json,
    state?: Readonly<Record<string, Json | undefined>>,
  ): Promise<readonly Accepted[]>
}

/** A message as it came. */
export interface Incoming {
  /** Handed over: the source does not use it afterwards. */
  readonly raw: Json
  /** The JSON text of `raw`, where it is at hand: saves making it again. */
  readonly text?: JsonText
  readonly type: string
  /** A repeat inside the window is answered as the first. */
  readonly dedupe?: string
  /** When it happened: epoch milliseconds. Left out: now. */
  readonly time?: number
  /** Chosen headers; `traceparent` and `correlation-id` are understood. Never credentials. */
  readonly headers?: Readonly<Record<string, string>>
  /** What becomes of a message that does not decode. */
  readonly undecodable: 'dead-letter' | 'refuse'
}

/** What became of an incoming message; all but `refused` mean that it is safe. */
export type Accepted =
  | { readonly as: 'accepted' | 'duplicate' | 'superseded' | 'dead'; readonly id: string }
  | { readonly as: 'refused'; readonly failure: DecodeFailed }
