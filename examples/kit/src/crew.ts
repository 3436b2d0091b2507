import { spawn, type ChildProcess } from 'node:child_process'
import { openSync, closeSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One process of the demo. */
export interface Member {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves with the first message of a process that has the field; rejects when the process ends before. */
  heard<T>(field: string): Promise<T>
  onMessage(listener: (message: object) => void): void
  send(message: object): void
  /** Ends it on purpose, and waits for that. */
  end(signal: NodeJS.Signals): Promise<Ended>
  /** Waits for the end that another process brings about on purpose. */
  endedByAnother(): Promise<Ended>
}

/** Where a crew works. */
export interface CrewOptions {
  /** The folder of the run: its processes find it in the variable FOLDER, and each has its log there. */
  readonly folder: string
  /** The folder that the processes' files are in. */
  readonly sources: string
}

/** The file that a process of a run writes its output to. */
export const logOf = (folder: string, name: string): string => join(folder, `${name}.log`)

/** The processes of one run. What ends unasked is told; whatever is left is killed when the demo ends, however it ends. */
export class Crew {
  readonly #options: CrewOptions
  readonly #running = new Set<ChildProcess>()
  readonly #fell: (reason: Error) => void
  /** Rejects when a process ends that should not. */
  readonly trouble: Promise<never>

  constructor(options: CrewOptions) {
    this.#options = options
    let fell: (reason: Error) => void = () => {}
    this.trouble = new Promise((_, reject) => (fell = reject))
    this.trouble.catch(() => {})
    this.#fell = fell
  }

  /** Starts a process; what it writes goes to a log, or with `shown` to this process's output. */
  start(name: string, file: string, env: Readonly<Record<string, string>>, shown = false): Member {
    const { folder, sources } = this.#options
    const path = logOf(folder, name)
    const log = openSync(path, 'a', 0o600)
    const child = spawn(process.execPath, [join(sources, file)], {
      env: { ...process.env, ...env, FOLDER: folder },
      stdio: ['ignore', shown ? 'inherit' : log, shown ? 'inherit' : log, 'ipc'],
    })
    closeSync(log)
    this.#running.add(child)
    let asked = shown
    const ended = new Promise<Ended>((resolve) => {
      child.once('error', () => resolve({ code: 1, signal: null }))
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    void ended.then(({ code, signal }) => {
      this.#running.delete(child)
      if (asked) return
      const said = readFileSync(path, 'utf8').trim().split('\n').slice(-12).join('\n')
      this.#fell(new Error(`the ${name} process ended unasked (${signal ?? `code ${code}`}):\n${said}`))
    })
    return {
      pid: child.pid ?? 0,
      ended,
      heard: (field) => Promise.race([heard(child, field), this.trouble]) as Promise<never>,
      onMessage: (listener) => void child.on('message', listener as (message: unknown) => void),
      send: (message) => void child.send(message),
      end(signal) {
        asked = true
        child.kill(signal)
        return ended
      },
      endedByAnother() {
        asked = true
        return ended
      },
    }
  }

  /** Kills whatever is left. */
  killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL')
  }
}

const heard = (child: ChildProcess, field: string): Promise<unknown> =>
  new Promise((resolve) => {
    const listen = (message: unknown): void => {
      const value = (message as Readonly<Record<string, unknown>>)[field]
      if (value === undefined) return
      child.off('message', listen)
      resolve(value)
    }
    child.on('message', listen)
  })
