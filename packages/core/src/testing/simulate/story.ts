import { aboutText, MessageNames, shortened } from '../interleave-about.js'

/** One thing that happened, as it is shown. */
export interface Told {
  /** Epoch milliseconds, virtual. */
  readonly at: number
  /** The column: `sender`, a process, `journal`, `remotes`. */
  readonly where: string
  readonly what: string
  readonly about: unknown
}

/** What happened in one run, in order. What it was about is made text of only when somebody reads it. */
export class Story {
  readonly names: MessageNames = new MessageNames()
  // Four in a row for one event: cheaper than an object each.
  readonly #events: unknown[] = []
  readonly #start: number
  #order = OFFSET

  constructor(start: number) {
    this.#start = start
  }

  /** `about` must not change afterwards. */
  add(at: number, where: string, what: string, about?: unknown): void {
    this.#events.push(at, where, what, about)
    let h = Math.imul(this.#order ^ (at - this.#start), PRIME) ^ where.charCodeAt(where.length - 1)
    for (let i = 0; i < what.length; i++) h = Math.imul(h ^ what.charCodeAt(i), PRIME)
    this.#order = h
  }

  /** Tells the orders of two runs apart, whatever the messages were. */
  get order(): number {
    return this.#order >>> 0
  }

  get start(): number {
    return this.#start
  }

  all(): readonly Told[] {
    const out: Told[] = []
    const events = this.#events
    for (let i = 0; i < events.length; i += 4)
      out.push({
        at: events[i] as number,
        where: events[i + 1] as string,
        what: events[i + 2] as string,
        about: events[i + 3],
      })
    return out
  }

  /** Line by line: virtual milliseconds since the start, who, what, about what. */
  lines(): readonly string[] {
    return this.all().map(({ at, where, what, about }) => {
      const said = about === undefined ? '' : ` ${shortened(this.names.named(aboutText(about)))}`
      return `+${Math.round((at - this.#start) * 10) / 10} ms  ${where}  ${what}${said}`
    })
  }

  /** Tells two runs apart: the same for the same lines (FNV-1a of 32 bits, as eight hexadecimal digits). */
  hash(): string {
    let h = OFFSET
    for (const line of this.lines())
      for (let i = 0; i < line.length; i++) h = Math.imul(h ^ line.charCodeAt(i), PRIME)
    return (h >>> 0).toString(16).padStart(8, '0')
  }
}

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193
