import { seededRandom, systemClock, uuidv7, type Clock } from '@xconnector/core'
import type { Io, Out } from '../../../src/terminal/io.js'
import { run } from '../../../src/terminal/run.js'

/** What a command did. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The lines of the output. */
  readonly lines: readonly string[]
  /** The output as JSON, line by line. */
  json(): readonly never[]
}

/** How the terminal is. */
export interface Seat {
  /** A terminal of so many columns; left out: a pipe. */
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  /** What the person answers; left out: nobody is there. */
  readonly answers?: string
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** Told of each line of output as it comes. */
  readonly heard?: (text: string) => void
  readonly files?: Map<string, string>
}

/** Someone at a terminal, on one journal. */
export const atTerminal =
  (file: string, seat: Seat = {}) =>
  async (...args: readonly string[]): Promise<Said> => {
    const clock = seat.clock ?? systemClock
    const wrote = { out: '', err: '' }
    const stream = (to: 'out' | 'err'): Out => ({
      isTTY: seat.columns !== undefined,
      columns: seat.columns,
      write: (text) => {
        wrote[to] += text
        if (to === 'out') seat.heard?.(text)
        return true
      },
      once: () => undefined,
      off: () => undefined,
    })
    const { answers } = seat
    const io: Io = {
      out: stream('out'),
      err: stream('err'),
      env: { XCONNECTOR_FILE: file, ...seat.env },
      clock,
      random: seededRandom(3),
      ids: uuidv7(clock, seededRandom(4)),
      who: 'ann',
      signal: seat.signal ?? new AbortController().signal,
      ...(answers !== undefined && { question: async (text: string) => ((wrote.err += text), answers) }),
      writeFile: async (name, text) => void seat.files?.set(name, text),
    }
    const code = await run(args, io)
    const lines = wrote.out.split('\n').slice(0, -1)
    return { code, ...wrote, lines, json: () => lines.map((line) => JSON.parse(line) as never) }
  }
