import { open, type FileHandle } from 'node:fs/promises'

interface Waiting {
  readonly line: string
  readonly written: () => void
  readonly failed: (reason: unknown) => void
}

/** A file of JSON lines. A line is on disk when its promise resolves; lines that come together share one fdatasync. */
export class DurableLines<Line extends object> {
  readonly #file: FileHandle
  #waiting: Waiting[] = []
  #writing = false

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async open<Line extends object>(path: string): Promise<DurableLines<Line>> {
    return new DurableLines<Line>(await open(path, 'a', 0o600))
  }

  append(line: Line): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ line: `${JSON.stringify(line)}\n`, written, failed })
      if (!this.#writing) void this.#write()
    })
  }

  /** Closes the file; nothing may be appended any more. */
  close(): Promise<void> {
    return this.#file.close()
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#file.appendFile(group.map((w) => w.line).join(''))
        await this.#file.datasync()
        for (const w of group) w.written()
      } catch (reason) {
        for (const w of group) w.failed(reason)
      }
    }
    this.#writing = false
  }
}
