import { aboutText, MessageNames, shortened } from './interleave-about.js'

/** One thing that happened. What it was about is made text of only when somebody reads it. */
interface Event {
  readonly at: number
  readonly process: string
  readonly what: string
  readonly about: unknown
}

/** What happened in one run, in order. */
export class Trace {
  readonly #start: number
  readonly #events: Event[] = []
  readonly #names = new MessageNames()
  #order = OFFSET

  constructor(start: number) {
    this.#start = start
  }

  /** `at`: epoch milliseconds. `about` must not change afterwards. */
  add(at: number, process: string, what: string, about?: unknown): void {
    this.#events.push({ at, process, what, about })
    this.#order = mixedIn(mixedIn(Math.imul(this.#order ^ at, PRIME), process), what)
  }

  /** Tells the orders of two runs apart, whatever the messages were. */
  get order(): number {
    return this.#order
  }

  /**
   * The lines: number, virtual milliseconds since the start, process, what happened, to what. Messages are called m1, m2,
   * … in order of their appearance.
   */
  lines(): readonly string[] {
    return this.#events.map(({ at, process, what, about }, i) => {
      const said = about === undefined ? '' : ` ${shortened(this.named(aboutText(about)))}`
      const ms = Math.round((at - this.#start) * 10) / 10
      return `${String(i + 1).padStart(4)} +${ms} ms  ${process}  ${what}${said}`
    })
  }

  /** A text with the ids of messages replaced by the names that they have in the lines. */
  named(text: string): string {
    return this.#names.named(text)
  }

  /** Tells two runs apart: the same for the same lines (FNV-1a of 32 bits, as eight hexadecimal digits). */
  hash(): string {
    let h = OFFSET
    for (const line of this.lines()) h = mixedIn(h, line)
    return (h >>> 0).toString(16).padStart(8, '0')
  }
}

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

const mixedIn = (hash: number, text: string): number => {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME)
  return h
}
