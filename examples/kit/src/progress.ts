import type { WriteStream } from 'node:tty'

const WIDTH = 32

/** How far a run is: a bar that is drawn over on a terminal, else a line now and then. Writes to stderr. */
export class Progress {
  readonly #out: WriteStream
  #drawn = false
  #said = 0

  constructor(out: WriteStream = process.stderr) {
    this.#out = out
  }

  /** `part`: from 0 to 1. */
  show(part: number, text: string): void {
    const percent = Math.floor(100 * Math.min(1, part))
    if (this.#out.isTTY) {
      const full = Math.round((WIDTH * percent) / 100)
      const bar = '━'.repeat(full) + '─'.repeat(WIDTH - full)
      const line = `  ${bar} ${String(percent).padStart(3)} %  ${text}`
      this.#out.write(`\r${line.slice(0, this.#out.columns - 1)}\u001B[K`)
      this.#drawn = true
      return
    }
    const quarter = Math.floor(percent / 25)
    if (quarter <= this.#said) return
    this.#said = quarter
    this.#out.write(`  ${quarter * 25} %  ${text}\n`)
  }

  /** Makes room for other lines. */
  clear(): void {
    if (this.#drawn) this.#out.write('\r\u001B[K')
    this.#drawn = false
  }
}
