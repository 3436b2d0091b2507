import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'

/** Lines of a log; a line that a kill cut short is not one. */
export const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

/** Lines of a log that are JSON. What is no JSON, because two lives of a process have met in one line, is left out. */
export const recordsOf = <T>(file: string): readonly T[] =>
  linesOf(file).flatMap((line) => {
    try {
      return [JSON.parse(line) as T]
    } catch {
      return []
    }
  })

/** A log that is written line by line, by several processes at once too (O_APPEND). */
export class LineLog {
  readonly #fd: number
  #waiting: { readonly line: string; readonly written: () => void }[] = []

  constructor(file: string) {
    this.#fd = openSync(file, 'a+', 0o600)
    // A line that a kill has cut short must not swallow the next one.
    const { size } = fstatSync(this.#fd)
    const last = Buffer.alloc(1)
    if (size > 0 && readSync(this.#fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a)
      writeSync(this.#fd, '\n')
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

/** Reads what was added to a log since the last time. */
export class LogTail {
  readonly #file: string
  #fd: number | undefined
  #rest = ''

  constructor(file: string) {
    this.#file = file
  }

  /** The lines that have come since; a line that is not complete yet comes with the next. */
  next(): readonly string[] {
    if (this.#fd === undefined) {
      if (!existsSync(this.#file)) return []
      this.#fd = openSync(this.#file, 'r')
    }
    const buffer = Buffer.alloc(65_536)
    let text = this.#rest
    for (let n = readSync(this.#fd, buffer); n > 0; n = readSync(this.#fd, buffer)) {
      text += buffer.toString('utf8', 0, n)
    }
    const lines = text.split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}
