import type { Progress } from '../run.ts'

/** How a run goes: a line that is written over on a terminal, and elsewhere a line now and then. */
export class ProgressLine {
  readonly #name: string
  readonly #kills: number
  readonly #terminal: boolean
  #said = ''
  #at = Number.NEGATIVE_INFINITY

  constructor(name: string, kills: number, terminal: boolean = process.stderr.isTTY) {
    this.#name = name
    this.#kills = kills
    this.#terminal = terminal
  }

  show(state: Progress): void {
    const { phase, kills, stops, acknowledged, waiting } = state
    const doing =
      phase === 'killing'
        ? `${kills} of ${this.#kills} kills, ${stops} stops`
        : `healing, ${waiting ?? '?'} wait`
    const text = `${this.#name}: ${doing}, ${acknowledged} acknowledged`
    const now = performance.now()
    if (text === this.#said || now - this.#at < (this.#terminal ? 200 : 10_000)) return
    process.stderr.write(this.#terminal ? `\r\u001B[K${text}` : `${text}\n`)
    this.#said = text
    this.#at = now
  }

  end(): void {
    if (this.#terminal) process.stderr.write('\r\u001B[K')
  }
}
