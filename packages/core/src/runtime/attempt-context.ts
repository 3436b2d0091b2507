import type { Destination, Leave } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Tagged } from '../failure/failure.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import type { Json } from '../message/json.js'
import type { Message } from '../message/message.js'
import { stringify } from '../message/storable.js'
import type { Hop } from '../plan/hop.js'
import type { Clock } from '../ports/clock.js'
import type { Doubt, Inherited, NodeContext, Waiting } from '../flow/node.js'
import type { Claimed, Journal, Mark, Reply, StateMove, Stored } from '../ports/journal.js'
import { left, type May, type Result } from '../result/result.js'
import type { Line, Program, RunContext } from '../run/line.js'
import { run } from '../run/loop.js'
import type { Item } from '../step/item.js'
import { entered, stepLog, type Environment } from '../step/context.js'
import type { Context, Parked, StepLog, Target } from '../step/step.js'
import { reconciled } from '../step/target.js'
import { EntryMessage, entryId, rootOf, type Envelope } from './envelope.js'
import type { Memo } from './memo.js'
import type { NodeState } from './node-state.js'
import type { Rehearsal } from './rehearsal.js'
import { waitingAt } from './waiting-at.js'

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
  /** Decides what may take effect. Left out: everything. */
  readonly rehearsal?: Rehearsal | undefined
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
  /** A rehearsal holds it: whatever it comes to is no outcome. */
  held = false
  routed?: true
  /** Ends the wait for an attempt that does not end. */
  leave: (() => void) | undefined = undefined
  /** Names of the state that it has decided by. */
  readonly asked: string[] = []
  /** What the journal rejected a write of this attempt with. */
  trouble: unknown = undefined
  readonly #ports: AttemptPorts
  readonly #path: string
  readonly #inline: Readonly<Record<string, Program>>
  // What steps see while a node runs a branch.
  #key: string | undefined
  #doubt: Doubt | undefined
  readonly #envelope: Envelope
  readonly #body: unknown
  #message: Message | undefined
  #controller: AbortController | undefined
  #aborted: unknown
  #once: Map<string, Promise<unknown>> | undefined
  /** Destinations whose calls failed in this attempt. */
  readonly met: Set<string> = new Set()
  // Destinations that a repeat has asked for.
  #entered: Set<string> | undefined

  constructor(ports: AttemptPorts, entry: Claimed, hop: Hop, envelope: Envelope, body: unknown) {
    this.#ports = ports
    this.entry = entry
    this.hop = hop.name
    this.#path = hop.end.as === 'node' ? hop.end.path : hop.name
    this.#inline = hop.end.as === 'node' ? hop.end.inline : {}
    this.#envelope = envelope
    this.#body = body
  }
  get message(): Message {
    return (this.#message ??= new EntryMessage(this.entry, this.#envelope, this.#body))
  }
  get key(): string {
    return this.#key ?? this.entry.id
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
  get item(): Item | undefined {
    const ref = this.#envelope.items?.at(-1)
    if (ref === undefined) return undefined
    const [, index, size, last] = ref
    return { index, ...(typeof size === 'number' && { size }), last: last === 1 }
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
    const value = await this.#effect(name, f)
    const stored = stringify(value)
    if (!('text' in stored))
      throw new TypeError(`once("${name}"): ${stored.path || 'the result'}: ${stored.type} cannot be stored`)
    const held = await this.#mark(mark, value === undefined ? {} : { v: value as Json })
    if (!held) throw this.#lost()
    return value
  }
  /** Another process has the entry, and remembers another result: this attempt goes no further. */
  #lost(): unknown {
    this.abort(new DOMException('the lease is lost', 'AbortError'))
    return this.reason
  }
  async #effect<A>(name: string, f: () => Promise<A>): Promise<A> {
    const { rehearsal } = this.#ports
    if (rehearsal === undefined) return f()
    const said = rehearsal.once(name, this)
    if (said === 'run') return f()
    if (said !== undefined) return said.value as A
    this.held = true
    throw new TypeError(`once("${name}") has an effect, and is not run in a rehearsal`)
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
    this.asked.push(...names)
    const known = this.#ports.nodes.read(names)
    return known instanceof Promise ? this.#troubled(known) : known
  }
  async run(branch: string, body: unknown, key: string, doubt?: Doubt): Promise<Result<Tagged, unknown>> {
    const inline = this.#inline[branch]
    if (inline === undefined) throw new TypeError(`it has no branch "${branch}" to run`)
    this.#key = key
    this.#doubt = doubt
    const end = await run(inline, body, this)
    this.#key = undefined
    this.#doubt = undefined
    this.failed = undefined
    return end as Result<Tagged, unknown>
  }
  get inherits(): Inherited {
    const { key, latest, deadline } = this.entry
    return {
      ...(key !== undefined && { key }),
      ...(latest !== undefined && { latest }),
      ...(deadline !== undefined && { deadline }),
    }
  }
  load(names: readonly string[]): Promise<Readonly<Record<string, Stored>>> {
    return this.#troubled(this.#ports.journal.read(names))
  }
  /** What the journal fails is no failure of the message. */
  async #troubled<A>(answer: Promise<A>): Promise<A> {
    try {
      return await answer
    } catch (thrown) {
      this.trouble = thrown
      throw thrown
    }
  }
  idOf(entrance: string, suffix?: string): string {
    const { items, part = '' } = this.#envelope
    const id = entryId(rootOf(this.entry.id), `${this.#path}/${entrance}`, items) + part
    return suffix === undefined ? id : `${id}~${suffix}`
  }
  waiting(entrance: string): Promise<readonly Waiting[]> {
    return waitingAt(this.#ports.journal, { flow: this.entry.flow, hop: `${this.#path}/${entrance}` })
  }
  get stopping(): boolean {
    return this.#ports.nodes.stopping
  }
  /** State moves that this attempt decided are on their way. */
  assume(moves: readonly StateMove[]): void {
    if (moves.length > 0) this.#ports.nodes.assume(moves)
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    const { name } = destination
    if (this.#ports.rehearsal?.mayEnter(destination, this) === false) return this.#hold(name)
    this.#ports.arrived(name)
    // Once for all calls that this attempt makes of a destination: a target of several calls is not stopped half-way.
    const repeat = this.#ports.dry !== true && this.#entered?.has(name) !== true && isRepeat(this.entry, name)
    if (repeat) (this.#entered ??= new Set()).add(name)
    // The gate is that of the root clock: shared by all attempts.
    const pass = entered(destination, this.#ports.env.clock, this.signal, 'now', repeat)
    return pass instanceof Promise ? pass.then((p) => this.#heard(name, p)) : this.#heard(name, pass)
  }
  #hold(destination: string): Result<Parked, never> {
    this.held = true
    return left({ _tag: 'Parked', kind: 'transient', destination, until: Number.POSITIVE_INFINITY })
  }
  /** Remembers that a call of a destination failed, so that the next attempt is known to repeat it. */
  #heard<P>(name: string, pass: Leave | P): Leave | P {
    if (typeof pass !== 'function') return pass
    const leave = pass as Leave
    return (seen) => {
      if (seen.as !== 'ok' && seen.as !== 'unsent') this.met.add(name)
      leave(seen)
    }
  }
  async sending(
    target: Target<unknown, unknown, Tagged>,
    body: unknown,
  ): Promise<Result<unknown, unknown> | undefined> {
    const asks = isDoubt(this.entry.memo) || this.#doubt === 'ask'
    const inDoubt =
      'sent' in this.entry.marks || this.#doubt === 'must' || (asks && target.reconcile !== undefined)
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

/** Whether a call of a destination repeats one that failed; what else failed the attempt before is no burden to it. */
const isRepeat = ({ memo }: Claimed, destination: string): boolean =>
  (memo as Memo | undefined)?.met?.includes(destination) === true

/** Whether the last outcome of an entry was an unknown one that its route tried again. */
const isDoubt = (memo: Json | undefined): boolean =>
  (memo as { readonly doubt?: boolean } | undefined)?.doubt === true

const LOST = new OutcomeUnknown('an earlier attempt ended without an outcome')
