import type { Seen } from './record.ts'
import type { Heard } from './run.ts'

/** Without a terminal, a line every so many samples. */
const EVERY = 30

/** Shows a run while it lasts: the current figures in one line on a terminal, else a line now and then. */
export const progress = (stream: NodeJS.WriteStream = process.stderr): Heard & { clear(): void } => {
  const lively = stream.isTTY && process.env['CI'] === undefined
  let samples = 0
  const clear = (): void => {
    if (!lively) return
    stream.cursorTo(0)
    stream.clearLine(1)
  }
  return {
    said(what) {
      clear()
      stream.write(`${what}\n`)
    },
    seen(seen) {
      if (lively) {
        stream.cursorTo(0)
        stream.write(lineOf(seen).slice(0, stream.columns - 1))
        stream.clearLine(1)
      } else if (++samples % EVERY === 0) stream.write(`${lineOf(seen)}\n`)
    },
    clear,
  }
}

const lineOf = (s: Seen): string =>
  [
    `${s.phase} ${Math.floor(s.at / 60)}:${String(Math.floor(s.at % 60)).padStart(2, '0')}`,
    `${Math.round(s.accepted)}/s in`,
    `${Math.round(s.delivered)}/s out`,
    s.refused > 0 ? `${Math.round(s.refused)}/s refused` : '',
    `p50 ${figure(s.deliveredP50)} p99 ${figure(s.deliveredP99)} ms`,
    `pending ${s.pending}`,
    `RSS ${Math.round(s.rss)} MiB`,
    `WAL ${Math.round(s.wal)} MiB`,
    `loop p99 ${figure(s.loopP99)} ms`,
    `CPU ${s.cpu.toFixed(2)}`,
  ]
    .filter((part) => part !== '')
    .join('  ')

const figure = (n: number): string => (Number.isNaN(n) ? '-' : n < 100 ? n.toFixed(1) : String(Math.round(n)))
