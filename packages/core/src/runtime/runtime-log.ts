import type { FailureRecord } from '../failure/failure-record.js'
import type { Clock } from '../ports/clock.js'
import { controlledName } from '../operate/controlled.js'
import type { HopRef } from '../ports/journal.js'
import type { Logger } from '../ports/logger.js'
import type { FailedEvent, RuntimeEvents } from './events.js'
import { LineLimit } from './line-limit.js'

type Event<T extends keyof RuntimeEvents> = RuntimeEvents[T][0]
type Level = 'debug' | 'info' | 'warn'

/** Lines of one flow, hop and tag, or of one destination, in a minute. */
const LINES = 10

/** A hop that fails and is tried again warns so often in a minute. */
const RETRIES = 1

/** Characters of a failure's message. */
const MESSAGE = 500

const LOGGED: ReadonlySet<keyof RuntimeEvents> = new Set([
  'dead',
  'retry',
  'parked',
  'opened',
  'paused',
  'resumed',
  'drift',
])

/**
 * What a runtime says in its log of its own accord, so that nothing fails silently where nobody listens: dead letters,
 * failed attempts, destinations that are parked and opened again, what somebody pauses and resumes. Bounded in a storm: what goes beyond is logged at level
 * `debug`, and summed up once a minute. A logger that throws changes nothing.
 */
export class RuntimeLog {
  readonly #log: Logger
  readonly #limit: LineLimit

  constructor(log: Logger, clock: Clock) {
    this.#log = log
    this.#limit = new LineLimit(clock, (more) =>
      this.#write('warn', { more }, `${more} more of many kinds in the last minute, not logged one by one`),
    )
  }

  /** Whether events of a type are logged. */
  wants(type: keyof RuntimeEvents): boolean {
    return LOGGED.has(type)
  }

  /** Logs an event, if it is of a type that is logged. */
  tell(type: keyof RuntimeEvents, event: object): void {
    if (type === 'dead') this.#dead(event as Event<'dead'>)
    else if (type === 'retry') this.#retry(event as Event<'retry'>)
    else if (type === 'parked') this.#parked(event as Event<'parked'>)
    else if (type === 'opened') this.#opened(event as Event<'opened'>)
    else if (type === 'paused') this.#paused(event as Event<'paused'>)
    else if (type === 'resumed') this.#resumed(event as Event<'resumed'>)
    else if (type === 'drift') this.#drift(event as Event<'drift'>)
  }

  /** Sums up what was left out, and ends its timers. */
  close(): void {
    this.#limit.close()
  }

  #dead(e: FailedEvent): void {
    const error = shown(e.error)
    const list = `runtime.deadLetters.list(${queryText(e, error._tag)})`
    const sum = (more: number): void =>
      this.#write(
        'warn',
        { flow: e.flow, hop: e.hop, tag: error._tag, more, list },
        `${more} more dead letters of ${placeOf(e)} with ${error._tag} in the last minute`,
      )
    const replay = `runtime.deadLetters.replay([${quoted(e.id)}])`
    this.#write(
      this.#limit.allows(`dead\n${e.flow}\n${e.hop}\n${error._tag}`, LINES, sum) ? 'warn' : 'debug',
      { flow: e.flow, hop: e.hop, id: e.id, attempt: e.attempt, error, list, replay },
      `dead letter: ${placeOf(e)} ended with ${textOf(error)}`,
    )
  }

  #retry(e: Event<'retry'>): void {
    const error = shown(e.error)
    const sum = (more: number): void =>
      this.#write(
        'info',
        { flow: e.flow, hop: e.hop, tag: error._tag, more },
        `${placeOf(e)} failed ${more} more times with ${error._tag} in the last minute and is tried again`,
      )
    this.#write(
      this.#limit.allows(`retry\n${e.flow}\n${e.hop}\n${error._tag}`, RETRIES, sum) ? 'warn' : 'debug',
      { flow: e.flow, hop: e.hop, id: e.id, attempt: e.attempt, error, next: e.next },
      `attempt ${e.attempt} of ${placeOf(e)} failed, it is tried again in ${seconds(e.next - e.at)}: ${textOf(error)}`,
    )
  }

  #parked(e: Event<'parked'>): void {
    const { destination, until, why } = e
    const because = why === 'asked' ? 'it asked not to be called until then' : 'calls to it failed'
    const said = `it is parked for ${seconds(until - e.at)} because ${because}; its messages wait in the journal`
    this.#write(
      this.#about(destination, 'parked', 'warn'),
      { destination, until, why },
      `destination "${destination}": ${said}`,
    )
  }

  #opened(e: Event<'opened'>): void {
    const { destination } = e
    this.#write(
      this.#about(destination, 'opened', 'info'),
      { destination },
      `destination "${destination}": it takes calls again`,
    )
  }

  #paused({ what, since, by, why, at }: Event<'paused'>): void {
    const whom = by === undefined ? '' : ` by ${by}`
    const because = why === undefined ? '' : `: ${why}`
    const when = at - since < 1000 ? '' : `, ${seconds(at - since)} ago`
    this.#write(
      'warn',
      { what, since, by, why },
      `${controlledName(what)} was paused${whom}${when}${because}`,
    )
  }

  #resumed({ what, since, at }: Event<'resumed'>): void {
    this.#write('info', { what, since }, `${controlledName(what)} was resumed after ${seconds(at - since)}`)
  }

  #drift(e: Event<'drift'>): void {
    const { source, type, path, what, sample, count, example } = e
    const sum = (more: number): void =>
      this.#write(
        'warn',
        { source, more },
        `messages of source "${source}": ${more} more places do not look as they did`,
      )
    this.#write(
      this.#limit.allows(`drift\n${source}`, LINES, sum) ? 'warn' : 'debug',
      { source, type, path, what, sample, count, example },
      `messages of source "${source}" do not look as they did: ${driftText(e)}`,
    )
  }

  #about(destination: string, what: 'parked' | 'opened', level: Level): Level {
    const sum = (more: number): void =>
      this.#write(
        level,
        { destination, more },
        `destination "${destination}": ${what} ${more} more times in the last minute`,
      )
    return this.#limit.allows(`${what}\n${destination}`, LINES, sum) ? level : 'debug'
  }

  #write(level: Level, data: object, message: string): void {
    try {
      this.#log[level](data, message)
    } catch {
      // There is nobody left to tell; the message that it was about has long been written.
    }
  }
}

const shown = (
  error: FailureRecord,
): { readonly _tag: string; readonly kind: string; readonly message: string } => {
  const { _tag, kind, message } = error
  return { _tag, kind, message: message.length > MESSAGE ? `${message.slice(0, MESSAGE)}…` : message }
}

const textOf = (e: { readonly _tag: string; readonly message: string }): string =>
  e.message === '' ? e._tag : `${e._tag}: ${e.message}`

const placeOf = ({ flow, hop }: HopRef): string => `"${flow}/${hop}"`

const queryText = ({ flow, hop }: HopRef, tag: string): string =>
  `{ flow: ${quoted(flow)}, hop: ${quoted(hop)}, tag: ${quoted(tag)} }`

// As it would be typed, and without the double quotes that a line of JSON escapes.
const quoted = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`

const driftText = ({ path, what, sample }: Event<'drift'>): string => {
  const at = path === '' ? 'the whole' : path
  if (what === 'unknown') return `${at} is new, and the decoder does not know it`
  if (what === 'vanished') return `${at} is not there any more`
  return what === 'type'
    ? `${at} is of kind ${sample} now`
    : `${at} has the new value ${JSON.stringify(sample)}`
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 100) / 10)} s`
