import type { EventEmitter } from 'eventemitter3'
import type { DecodeFailed } from '../failure/decode-failed.js'
import { checkMade } from '../message/check-made.js'
import { systemClock, type Clock } from '../ports/clock.js'
import { uuidv7 } from '../ports/ids.js'
import { stderrLogger, type Logger } from '../ports/logger.js'
import { systemRandom } from '../ports/random.js'
import type { Source } from '../source/source.js'
import { checkAccept, type AcceptErrors, type AcceptOptions } from './accept.js'
import { FlowBuilder } from './builder.js'
import type { CallEvents } from './events.js'
import type { Flow } from './flow.js'
import { checkName } from './name.js'
import type { Definition } from './op.js'

/** Options of a flow. */
export interface FlowOptions {
  /** Counts up when the shape of stored bodies changes. Default 1. Stored with every message. */
  readonly version?: number
  /** Hops that have a new name, old to new: entries waiting on the old one go on. */
  readonly renamed?: Readonly<Record<string, string>>
  /** By version n: makes a body stored by version n one of version n + 1. Raw input is not upcast: it is decoded. */
  readonly upcast?: Readonly<Record<number, (body: unknown, hop: string) => unknown>>
  /** Told of every call's end (not of deployments: those tell the runtime). */
  readonly events?: EventEmitter<CallEvents>
  /** The clock of calls. Default: the machine's. */
  readonly clock?: Clock
  /** The log of calls. Default: warnings to stderr as JSON lines. */
  readonly log?: Logger
}

/** How a flow begins. */
export interface FlowStart {
  /** Decodes what the source gives; `call` takes the raw form and decodes it too. */
  from<A, Raw, const O = unknown>(
    source: Source<A, Raw>,
    options?: O & AcceptOptions<NoInfer<A>>,
  ): Flow<Raw, A, DecodeFailed | AcceptErrors<O>>
  /** For calls, diverts and sub-flows: a body of this type, nothing to decode. */
  input<A>(): Flow<A, A, never>
}

/**
 * Begins a flow.
 *
 * @example
 * const greet = flow('greet').input<{ name: string }>().map('text', (b) => `Hello ${b.name}`)
 * await greet.run({ name: 'Ada' }) // 'Hello Ada'
 * @throws TypeError when the name is empty or has a "/", or the version is no whole number of 1 or more.
 */
export const flow = (name: string, options: FlowOptions = {}): FlowStart => {
  const base = define(checkName('flow', name), options)
  return {
    from(source, accept) {
      checkSource(base.name, source)
      checkAccept(base.name, accept ?? {})
      return build({ ...base, source, accept: accept ?? {} })
    },
    input: () => build(base),
  }
}

const checkSource = (name: string, source: unknown): void => {
  const s = source as Partial<Source<unknown>> | null | undefined
  if (typeof s?.decode !== 'function' || typeof s.start !== 'function' || typeof s.name !== 'string')
    throw new TypeError(
      `flow "${name}": from: expected a source, with a name, decode and start, got ${source === null ? 'null' : typeof source}`,
    )
}

const build = <F>(d: Definition): F => new FlowBuilder(d) as unknown as F

const define = (name: string, o: FlowOptions): Definition => {
  const version = o.version ?? 1
  if (!Number.isInteger(version) || version < 1)
    throw new TypeError(
      `flow "${name}": version: expected a whole number of 1 or more, got ${String(version)}`,
    )
  if (o.clock !== undefined) checkMade(`flow "${name}": clock`, 'a clock', o.clock, 'now', 'after')
  if (o.log !== undefined) checkMade(`flow "${name}": log`, 'a logger', o.log, 'warn')
  if (o.events !== undefined) checkMade(`flow "${name}": events`, 'an EventEmitter', o.events, 'emit')
  const clock = o.clock ?? systemClock
  return {
    name,
    version,
    renamed: o.renamed ?? {},
    upcast: o.upcast ?? {},
    source: undefined,
    accept: {},
    ops: [],
    rest: undefined,
    env: {
      clock,
      ids: uuidv7(clock, systemRandom),
      log: o.log ?? stderrLogger(() => clock.now()),
      config: {},
    },
    events: o.events,
  }
}
