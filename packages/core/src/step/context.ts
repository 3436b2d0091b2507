import type { Destination, Later, Leave } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Message } from '../message/message.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Logger } from '../ports/logger.js'
import { left, type May, type Result } from '../result/result.js'
import type { Item } from './item.js'
import { ItemMessage } from './item-message.js'
import type { Context, Parked, StepLog } from './step.js'

/** The ports that steps reach through their context. */
export interface Environment {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly config: Readonly<Record<string, string>>
}

/** What a caller may say about one call. */
export interface ContextOptions {
  readonly signal?: AbortSignal | undefined
  /** Epoch milliseconds. */
  readonly deadline?: number | undefined
  /** The idempotency key. Left out: a new id. */
  readonly key?: string | undefined
  /** The message it is about. Left out: a new one around the input. */
  readonly message?: Message | undefined
  /** Of the split that it came from. */
  readonly item?: Item | undefined
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

/** The message of an in-memory call: its id and time are made when first read. */
class CalledMessage implements Message {
  readonly body: unknown
  readonly source: string
  readonly #env: Environment
  #id: string | undefined
  #time: number | undefined

  constructor(env: Environment, source: string, body: unknown) {
    this.#env = env
    this.source = source
    this.body = body
  }
  get id(): string {
    return (this.#id ??= this.#env.ids.next())
  }
  get time(): number {
    return (this.#time ??= this.#env.clock.now())
  }
  get correlationId(): string {
    return this.id
  }
  get type(): string {
    return 'call'
  }
  get headers(): Readonly<Record<string, string>> {
    return NO_HEADERS
  }
}

// What a call's context makes when asked for.
interface Made {
  message?: Message
  signal?: AbortSignal
  once?: Map<string, Promise<unknown>>
}

/**
 * The context of an in-memory call, of a step or of a whole flow: one class for both, for a derived class is dear to
 * make. Everything but its fields is made when asked for. `Place`: where a run of a flow says that it failed.
 */
export class CallContext<Place = unknown> implements Context {
  readonly env: Environment
  readonly source: string
  readonly #input: unknown
  readonly #options: ContextOptions | undefined
  /** The target being called: a call with two of them has two keys. */
  at = ''
  failed: Place | undefined = undefined
  /** Told when a flow that turned asynchronous ends. */
  ended: ((result: Result<unknown, unknown>) => void) | undefined = undefined
  #made: Made | undefined

  constructor(env: Environment, source: string, input: unknown, options?: ContextOptions) {
    this.env = env
    this.source = source
    this.#input = input
    this.#options = options
  }
  get message(): Message {
    const made = (this.#made ??= {})
    return (made.message ??= this.#options?.message ?? new CalledMessage(this.env, this.source, this.#input))
  }
  get key(): string {
    const root = this.#options?.key ?? this.message.id
    return this.at === '' ? root : `${root}/${this.at}`
  }
  get attempt(): number {
    return 1
  }
  // One of its own for each call: listeners of many calls on one signal would be warned of as a leak.
  get signal(): AbortSignal {
    const given = this.#options?.signal
    if (given !== undefined) return given
    const made = (this.#made ??= {})
    return (made.signal ??= new AbortController().signal)
  }
  get deadline(): number | undefined {
    return this.#options?.deadline
  }
  get clock(): Clock {
    return this.env.clock
  }
  get config(): Readonly<Record<string, string>> {
    return this.env.config
  }
  get log(): StepLog {
    return stepLog(this.env.log, () => ({ flow: this.source, message: this.message.id }))
  }
  once<A>(name: string, f: () => Promise<A>): Promise<A> {
    const made = (this.#made ??= {})
    const known = (made.once ??= new Map<string, Promise<unknown>>())
    const key = `${this.at}\n${name}`
    let result = known.get(key) as Promise<A> | undefined
    if (result === undefined) known.set(key, (result = f()))
    return result
  }
  /** In memory nothing is marked before an unsafe effect. */
  sending(): undefined {
    return undefined
  }
  get item(): Item | undefined {
    return this.#options?.item
  }
  /** Of a split: in memory it begins at the first item. */
  get position(): number {
    return 0
  }
  /** The context of a branch of a flow, or of an item, which is a message of its own. */
  fork(branch: string, body: unknown, item?: Item): CallContext<Place> {
    const o = this.#options
    return new CallContext(this.env, this.source, body, {
      signal: o?.signal,
      deadline: o?.deadline,
      message: item === undefined ? this.message : new ItemMessage(this.message, branch, body),
      key: `${this.key}/${branch}`,
      item: item ?? o?.item,
    })
  }
  enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    return entered(destination, this.env.clock, this.#options?.signal, 'wait')
  }
}

/** Enters a destination's gate, turning what keeps a call out into a result. `repeat`: it repeats a call that failed. */
export const entered = (
  destination: Destination,
  clock: Clock,
  signal: AbortSignal | undefined,
  how: 'now' | 'wait',
  repeat?: boolean,
): May<Leave | Result<CircuitOpen | Parked, never>> => {
  const pass = destination.gate(clock).enter(signal, how, repeat)
  return pass instanceof Promise
    ? pass.then((p) => admit(p, destination, clock))
    : admit(pass, destination, clock)
}

const admit = (
  pass: Leave | 'parked' | Later | CircuitOpen,
  to: Destination,
  clock: Clock,
): Leave | Result<CircuitOpen | Parked, never> => {
  if (typeof pass === 'function') return pass
  if (pass !== 'parked' && '_tag' in pass) return left(pass)
  const until = pass === 'parked' ? to.gate(clock).parkedUntil() : pass.until
  return left({ _tag: 'Parked', kind: 'transient', destination: to.name, until })
}

/** A step's log over a logger: each entry carries where it came from. */
export const stepLog = (log: Logger, place: () => object): StepLog => ({
  debug: (m, o) => log.debug({ ...place(), ...o }, m),
  info: (m, o) => log.info({ ...place(), ...o }, m),
  warn: (m, o) => log.warn({ ...place(), ...o }, m),
  error: (m, o) => log.error({ ...place(), ...o }, m),
})
