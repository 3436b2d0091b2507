import type { Destination, Leave } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Tagged } from '../failure/failure.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import type { Json } from '../message/json.js'
import type { Message } from '../message/message.js'
import { stringify } from '../message/storable.js'
import type { Hop } from '../plan/hop.js'
import type { Clock } from '../ports/clock.js'
import type { NodeContext } from '../flow/node.js'
import type { Claimed, Journal, Mark, Reply, StateMove, Stored } from '../ports/journal.js'
import { left, type May, type Result } from '../result/result.js'
import type { Line, RunContext } from '../run/line.js'
import { entered, stepLog, type Environment } from '../step/context.js'
import type { Context, Parked, StepLog, Target } from '../step/step.js'
import { reconciled } from '../step/target.js'
import { EntryMessage, type Envelope } from './envelope.js'
import type { NodeState } from './node-state.js'

/** Ends an attempt whose lease is lost: another process has the entry, nothing may be written. */
export interface Fenced {
  readonly _tag: 'Fenced'
  readonly kind: 'transient'
}

/** Ends an attempt that the journal failed: it is no failure of the message, which is tried again. */
export interface Unwritten {
  readonly _tag: 'Unwritten'
  readonly kind: 'transient'
}

/** What an attempt needs of the runtime. */
export interface AttemptPorts {
  readonly env: Environment
  readonly journal: Journal
  /** State as nodes see it. */
  readonly nodes: NodeState
  /** The clock that the attempt's waits are counted on. */
  readonly clock: Clock
  /** Nothing may take effect: a dry run. */
  readonly dry?: true
  /** It is about to enter a destination. */
  arrived(destination: string): void
}

/** The context of one attempt of one hop. Costly parts are made when first asked for. */
export class AttemptContext implements RunContext, NodeContext {
  failed: Line | undefined = undefined
  at = ''
  readonly ended: undefined
  readonly entry: Claimed
  readonly hop: string
  /** Whether an unsafe effect may be under way. */
  sent = false
  /** The runtime stopped while it ran. */
  stopped = false
  routed?: true
  /** Ends the wait for an attempt that does not end. */
  leave: (() => void) | undefined = undefined
  /** What the journal rejected a write of this attempt with. */
  trouble: unknown = undefined
  readonly #ports: AttemptPorts
  readonly #path: string
  readonly #envelope: Envelope
  readonly #body: unknown
  #message: Message | undefined
  #controller: AbortController | undefined
  #aborted: unknown
  #once: Map<string, Promise<unknown>> | undefined
  // Destinations that a repeat has asked for.
  #entered: Set<string> | undefined

  constructor(ports: AttemptPorts, entry: Claimed, hop: Hop, envelope: Envelope, body: unknown) {
    this.#ports = ports
    this.entry = entry
    this.hop = hop.name
    this.#path = hop.end.as === 'node' ? hop.end.path : hop.name
    this.#envelope = envelope
    this.#body = body
  }
  get message(): Message {
    return (this.#message ??= new EntryMessage(this.entry, this.#envelope, this.#body))
  }
  get key(): string {
    return this.entry.id
  }
  get attempt(): number {
    return this.entry.attempts + 1
  }
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted)
    }
    return this.#controller.signal
  }
  get deadline(): number | undefined {
    return this.entry.deadline
  }
  get clock(): Clock {
    return this.#ports.clock
  }
  get config(): Readonly<Record<string, string>> {
    return this.#ports.env.config
  }
  get log(): StepLog {
    const { entry, hop } = this
    return stepLog(this.#ports.env.log, () => ({
      flow: entry.flow,
      hop,
      message: entry.id,
      attempt: this.attempt,
    }))
  }
  /** Whether `abort` was called. */
  get aborted(): boolean {
    return this.#aborted !== undefined
  }
  /** Aborts the signal, once. */
  abort(reason: unknown): void {
    this.#aborted ??= reason
    this.#controller?.abort(this.#aborted)
  }
  /** What the signal aborted with. */
  get reason(): unknown {
    return this.#aborted
  }
  /** The runtime stops: aborts the signal, and what becomes of that is no outcome, nor recovered. */
  stop(): void {
    this.stopped = true
    this.routed = true
    this.abort(new DOMException('the runtime is stopping', 'AbortError'))
  }
  /** Nothing runs beside anything else inside one attempt. */
  fork(): RunContext {
    return this
  }
  once<A>(name: string, f: () => Promise<A>): Promise<A> {
    const known = (this.#once ??= new Map<string, Promise<unknown>>())
    let result = known.get(name) as Promise<A> | undefined
    if (result === undefined) known.set(name, (result = this.#remember(name, f)))
    return result
  }
  async #remember<A>(name: string, f: () => Promise<A>): Promise<A> {
    const mark = `once:${name}` as const
    const before = this.entry.marks[mark] as { readonly v?: Json } | undefined
    if (before !== undefined) return before.v as A
    if (this.#ports.dry === true)
      throw new TypeError(`once("${name}") has an effect, and is not run in a dry run`)
    const value = await f()
    const stored = stringify(value)
    if (!('text' in stored))
      throw new TypeError(`once("${name}"): ${stored.path || 'the result'}: ${stored.type} cannot be stored`)
    await this.#mark(mark, value === undefined ? {} : { v: value as Json })
    return value
  }
  async #mark(name: Mark, value: Json): Promise<boolean> {
    try {
      return await this.#ports.journal.mark(this.entry.lease, name, value)
    } catch (thrown) {
      this.trouble = thrown
      throw thrown
    }
  }
  get place(): string {
    return `${this.entry.flow}/${this.#path}`
  }
  get now(): number {
    return this.#ports.env.clock.now()
  }
  get replies(): Readonly<Record<string, Reply>> | undefined {
    return this.entry.replies
  }
  get expected(): readonly string[] {
    return this.entry.join?.expect ?? []
  }
  state(names: readonly string[]): May<Readonly<Record<string, Stored>>> {
    return this.#ports.nodes.read(names)
  }
  /** State moves that this attempt decided are on their way. */
  assume(moves: readonly StateMove[]): void {
    if (moves.length > 0) this.#ports.nodes.assume(moves)
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    this.#ports.arrived(destination.name)
    // Once for all calls that this attempt makes of a destination: a target of several calls is not stopped half-way.
    const repeat =
      this.attempt > 1 && this.#ports.dry !== true && this.#entered?.has(destination.name) !== true
    if (repeat) (this.#entered ??= new Set()).add(destination.name)
    // The gate is that of the root clock: shared by all attempts.
    return entered(destination, this.#ports.env.clock, this.signal, 'now', repeat)
  }
  async sending(
    target: Target<unknown, unknown, Tagged>,
    body: unknown,
  ): Promise<Result<unknown, unknown> | undefined> {
    const inDoubt = 'sent' in this.entry.marks || (isDoubt(this.entry.memo) && target.reconcile !== undefined)
    if (inDoubt) {
      const answer = await reconciled(target, body, this as Context, LOST)
      // Absent: it never took effect, so it may be sent now.
      if (answer._tag === 'Right' || answer.left.kind === 'unknown') return answer
    }
    try {
      if (!('sent' in this.entry.marks) && !(await this.#mark('sent', true)))
        return left({ _tag: 'Fenced', kind: 'transient' } satisfies Fenced)
    } catch {
      return left({ _tag: 'Unwritten', kind: 'transient' } satisfies Unwritten)
    }
    this.sent = true
    return undefined
  }
}

/** Whether the last outcome of an entry was an unknown one that its route tried again. */
const isDoubt = (memo: Json | undefined): boolean =>
  (memo as { readonly doubt?: boolean } | undefined)?.doubt === true

const LOST = new OutcomeUnknown('an earlier attempt ended without an outcome')
