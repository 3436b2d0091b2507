import { millis, stderrLogger, systemClock, type Clock, type Duration, type Logger } from '@xconnector/core'
import { processFacts, type ProcessFacts } from '../ports/process-facts.js'
import type { AuthorizeOperator } from './operator.js'
import type { Probe } from './route.js'

/** Options of `ops`. */
export interface OpsOptions {
  /** Says who asks, and whether they may look or act: `operatorTokens({ … })`, or a function. */
  readonly authorize: AuthorizeOperator
  /** Stands before every path. `''`: nothing does. Default `'/ops'`. */
  readonly basePath?: string
  /**
   * What everybody may ask: probes carry no credentials. Default `['livez', 'readyz']`. Metrics name flows, hops and
   * destinations, and hold nothing of messages.
   */
  readonly open?: readonly Probe[]
  /** The `WWW-Authenticate` of a 401 (RFC 9110, 11.6.1). Default `Bearer realm="ops"`. */
  readonly challenge?: string
  /** `livez` answers 503 while half of the event loop's turns in 10 s are later than this. Default `'1s'`. */
  readonly maxLag?: Duration
  /** In which an answer must be made; a later one is 504. A body must have come in half of it; else 408. Default `'15s'`. */
  readonly timeout?: Duration
  /** How often a stream of events that is silent shows that it is still there. Default `'15s'`. */
  readonly heartbeat?: Duration
  /** How many events are held for a reader that does not keep up. What is more is dropped, and told. Default 1000. */
  readonly maxHeldEvents?: number
  /** Default: warnings to stderr as JSON lines. Every act is a warning. */
  readonly log?: Logger
  readonly clock?: Clock
  /** For tests: what the process knows of itself. */
  readonly facts?: ProcessFacts
}

/** The options, checked, with defaults filled in. */
export interface OpsSettings {
  readonly authorize: AuthorizeOperator
  readonly basePath: string
  readonly open: ReadonlySet<Probe>
  readonly challenge: string
  readonly maxLag: number
  readonly timeoutMs: number
  readonly heartbeatMs: number
  readonly maxHeldEvents: number
  readonly log: Logger
  readonly clock: Clock
  readonly facts: ProcessFacts
}

const PROBES: readonly Probe[] = ['livez', 'readyz', 'metrics']

/** @throws TypeError naming the option, what was expected, and what came. */
export const settingsOf = (o: OpsOptions): OpsSettings => {
  if (typeof o?.authorize !== 'function')
    throw wrong('authorize', 'operatorTokens({ … }) or a function that says who asks', o?.authorize)
  const basePath = o.basePath ?? '/ops'
  if (typeof basePath !== 'string' || (basePath !== '' && !/^\/[^\s?#:*]*[^\s?#:*/]$/.test(basePath)))
    throw wrong('basePath', 'a path like "/ops", or ""', basePath)
  const open = o.open ?? ['livez', 'readyz']
  if (!Array.isArray(open) || !open.every((p) => PROBES.includes(p as Probe)))
    throw wrong('open', `a list of some of ${PROBES.join(', ')}`, open)
  const challenge = o.challenge ?? 'Bearer realm="ops"'
  if (typeof challenge !== 'string' || !/^[\x21-\x7e][\t\x20-\x7e]*$/.test(challenge))
    throw wrong('challenge', 'one line of ASCII', challenge)
  const maxHeldEvents = o.maxHeldEvents ?? 1000
  if (!Number.isSafeInteger(maxHeldEvents) || maxHeldEvents < 1)
    throw wrong('maxHeldEvents', 'a whole number of 1 or more', maxHeldEvents)
  const clock = o.clock ?? systemClock
  return {
    authorize: o.authorize,
    basePath,
    open: new Set(open),
    challenge,
    maxLag: lasting('maxLag', o.maxLag ?? '1s'),
    timeoutMs: lasting('timeout', o.timeout ?? '15s'),
    heartbeatMs: lasting('heartbeat', o.heartbeat ?? '15s'),
    maxHeldEvents,
    log: o.log ?? stderrLogger(() => clock.now()),
    clock,
    facts: o.facts ?? processFacts,
  }
}

const lasting = (option: string, duration: Duration): number => {
  const ms = millis(duration, `ops ${option}`)
  if (!(ms > 0)) throw wrong(option, 'a duration longer than nothing', duration)
  return ms
}

const wrong = (option: string, expected: string, got: unknown): TypeError =>
  new TypeError(`ops ${option}: expected ${expected}, got ${shown(got)}`)

const shown = (got: unknown): string => {
  if (typeof got === 'string' || Array.isArray(got)) return JSON.stringify(got)
  return typeof got === 'object' && got !== null ? 'an object' : String(got)
}
