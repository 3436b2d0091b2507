import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** Lines of a log; a line that a kill cut short is not one. */
export const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

/** A log that is written line by line, by several processes at once too (O_APPEND). */
export class LineLog {
  readonly #fd: number
  #waiting: { readonly line: string; readonly written: () => void }[] = []

  constructor(file: string) {
    this.#fd = openSync(file, 'a')
  }

  /** Survives a kill: the line is the kernel's at once. */
  write(line: string): void {
    writeSync(this.#fd, `${line}\n`)
  }

  /** On the disk when it resolves; the lines of one tick share a sync. */
  durably(line: string): Promise<void> {
    return new Promise((written) => {
      this.#waiting.push({ line, written })
      if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    })
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    writeSync(this.#fd, waiting.map(({ line }) => `${line}\n`).join(''))
    fsyncSync(this.#fd)
    for (const { written } of waiting) written()
  }

  close(): void {
    closeSync(this.#fd)
  }
}
