import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One process that was started. */
export interface Child {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

/** Every process of a run. None of them outlives it, however it ends. */
export class Family {
  readonly #alive = new Set<ChildProcess>()
  readonly #parts: Family[] = []

  /** A part of it, which can be ended without the others. */
  part(): Family {
    const part = new Family()
    this.#parts.push(part)
    return part
  }

  start(program: string, options: string, output: string): Child {
    const out = openSync(output, 'a', 0o600)
    const child = fork(program, [options], { execArgv: [], stdio: ['ignore', out, out, 'ipc'] })
    closeSync(out)
    this.#alive.add(child)
    // A message to one that was killed a moment ago is no error.
    child.on('error', () => {})
    const ended = new Promise<Ended>((resolve) => {
      child.once('exit', (code, signal) => {
        this.#alive.delete(child)
        resolve({ code, signal })
      })
    })
    return { process: child, ended }
  }

  /** How many are alive. */
  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.size, this.#alive.size)
  }

  /** Kills whatever is left. */
  killAll(): void {
    for (const child of this.#alive) child.kill('SIGKILL')
    for (const part of this.#parts) part.killAll()
  }

  /** Kills whatever is left, and waits until it is gone. */
  async end(): Promise<void> {
    const gone = [...this.#alive].map((child) => once(child, 'exit'))
    this.killAll()
    await Promise.all(gone)
  }
}
