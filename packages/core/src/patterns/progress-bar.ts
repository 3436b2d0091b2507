import { checkMade } from '../message/check-made.js'
import { millis, type Duration } from '../message/duration.js'
import { systemClock, type Clock } from '../ports/clock.js'
import type { May } from '../result/result.js'

/** How far a batch run is. */
export interface ProgressLike {
  /** Epoch milliseconds at which it began. */
  readonly started: number
  /** Items taken from the source. */
  readonly read: number
  /** Items that there are, when that is known. */
  readonly total?: number | undefined
  readonly done: number
  readonly dead: number
  /** Items read, and neither done nor dead yet. */
  readonly waiting: number
  /** Items a second, lately. */
  readonly rate: number
  /** Once it is over: how long it took, milliseconds. */
  readonly report?: { readonly took: number } | undefined
}

/** Where a bar is drawn: `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  /** Of the terminal. */
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** Options of `progressBar`. */
export interface ProgressBarOptions {
  /** How far it is; `undefined` while nothing runs. A throw or rejection is shown, and asked again. */
  readonly poll: () => May<ProgressLike | undefined>
  /** Stands before the bar. */
  readonly name?: string
  /** Default: `process.stderr`, so that the output of a program stays its own. */
  readonly stream?: ProgressStream
  /** Default: the machine's. */
  readonly clock?: Pick<Clock, 'now' | 'after'>
  /** How often it is drawn. Default `'200ms'` on a terminal, `'30s'` elsewhere. */
  readonly every?: Duration
}

/** A bar that is being drawn. */
export interface ProgressBar {
  /** Draws the last state and leaves it standing. */
  stop(): Promise<void>
}

/**
 * Shows how far a batch run is: on a terminal one line that is drawn over, with a bar where the total is known; elsewhere a
 * plain line now and then. It asks `poll`, keeps no process going, and never throws.
 *
 * @example
 * const bar = progressBar({ name: 'import', poll: () => runtime.progress(nightlyImport) })
 * // … the import runs …
 * await bar.stop()
 */
export const progressBar = (options: ProgressBarOptions): ProgressBar => {
  const { poll, name = '', stream = process.stderr, clock = systemClock } = options
  if (typeof poll !== 'function')
    throw new TypeError(`progressBar: poll: expected a function, got ${typeof poll}`)
  checkMade('progressBar: clock', 'a clock', clock, 'now', 'after')
  const live = stream.isTTY === true
  const every = millis(options.every ?? (live ? '200ms' : '30s'), 'progressBar: every')
  const label = plain(name)
  let cancel = (): void => {}
  let stopped = false
  let last = ''

  const text = async (): Promise<string> => {
    try {
      const at = await poll()
      return at === undefined ? '' : lineOf(at, clock.now(), live)
    } catch (thrown) {
      return `how far it is, is not known: ${plain(thrown instanceof Error ? thrown.message : 'the poll failed')}`
    }
  }
  const draw = async (): Promise<void> => {
    const line = await text()
    if (line === '') return
    const shown = label === '' ? line : `${label}  ${line}`
    if (live) stream.write(`\r${shown.slice(0, Math.max(1, (stream.columns ?? 80) - 1))}\u001B[K`)
    else if (shown !== last) stream.write(`${shown}\n`)
    last = shown
  }
  // One after the other: a poll that takes long is not asked a second time.
  const next = (): void => {
    cancel = clock.after(
      every,
      () => void (drawing = draw().then(() => (stopped ? undefined : next()), ignored)),
      {
        background: true,
      },
    )
  }
  let drawing: Promise<void> = draw().then(() => (stopped ? undefined : next()), ignored)
  return {
    async stop() {
      if (stopped) return
      stopped = true
      cancel()
      await drawing
      await draw().catch(ignored)
      if (live && last !== '') stream.write('\n')
    },
  }
}

// A stream that cannot be written to is nobody's failure.
const ignored = (): void => {}

const WIDTH = 24

const lineOf = (p: ProgressLike, now: number, live: boolean): string => {
  const over = p.done + p.dead
  const parts = [`${count(over)}${p.total === undefined ? '' : ` of ${count(p.total)}`}`]
  if (p.total !== undefined) parts.unshift(barOf(p.total === 0 ? 1 : over / p.total, live))
  if (p.dead > 0) parts.push(`${count(p.dead)} dead`)
  parts.push(`${count(p.rate < 10 ? Math.round(p.rate * 10) / 10 : Math.round(p.rate))}/s`)
  const left = p.total === undefined || p.rate <= 0 ? undefined : Math.max(0, p.total - over) / p.rate
  if (p.report !== undefined) parts.push(`in ${time(p.report.took / 1000)}`)
  else if (left !== undefined && left > 0) parts.push(`${time(left)} left`)
  else parts.push(`${time(Math.max(0, now - p.started) / 1000)} so far`)
  return parts.join('  ')
}

const barOf = (part: number, live: boolean): string => {
  const percent = Math.floor(100 * Math.min(1, Math.max(0, part)))
  const full = Math.floor((WIDTH * percent) / 100)
  const shown = `${String(percent).padStart(3)} %`
  return live ? `${'━'.repeat(full)}${'─'.repeat(WIDTH - full)} ${shown}` : shown.trimStart()
}

const count = (n: number): string => (Number.isFinite(n) ? n : 0).toLocaleString('en-US')

const time = (seconds: number): string => {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  const m = Math.floor(s / 60)
  if (m < 60) return `${m} min ${s % 60} s`
  return `${Math.floor(m / 60)} h ${m % 60} min`
}

// What came from elsewhere must not move the cursor.
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/[\u0000-\u001F\u007F-\u009F]+/g, ' ').slice(0, 200)
