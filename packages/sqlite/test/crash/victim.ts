import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { linesOf } from './line-log.ts'
import { files, type Part, type Plan } from './plan.ts'

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url))

/** A process of a run, and the next one in its place whenever it was killed. */
export class Victim {
  readonly #plan: Plan
  readonly #role: Part['role']
  readonly #slot: string
  #child: ChildProcess | undefined
  #exit: Promise<[number | null, string | null]> = Promise.resolve([0, null])
  #life = 0

  constructor(plan: Plan, role: Part['role'], slot: string) {
    this.#plan = plan
    this.#role = role
    this.#slot = slot
  }

  get #name(): string {
    return `${this.#slot}-${this.#life}`
  }

  async start(): Promise<void> {
    this.#life++
    const part: Part = { ...this.#plan, role: this.#role, name: this.#name }
    const child = fork(this.#plan.program ?? PROCESS, [JSON.stringify(part)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#exit = once(child, 'exit') as Promise<[number | null, string | null]>
    const failed = this.#exit.then(([code, signal]) => {
      throw new Error(`${part.name} ended before it was ready: ${String(code ?? signal)}`)
    })
    failed.catch(() => {})
    await Promise.race([once(child, 'message'), failed])
  }

  /** SIGKILL, without a word. */
  async kill(): Promise<void> {
    const child = this.#child!
    child.kill('SIGKILL')
    await this.#exit
    this.#child = undefined
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal)
  }

  /** Asks it to produce no more. */
  quiet(): void {
    this.#child?.send('quiet')
  }

  /** Asks it to end by itself. */
  async end(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    // A producer that was told to be quiet has ended by itself.
    if (child.connected) child.send('end', () => {})
    const [code] = await this.#exit
    this.#child = undefined
    if (code !== 0) throw new Error(`${this.#name} ended with ${code}`)
  }

  /** For the end of a run that failed. */
  destroy(): void {
    this.#child?.kill('SIGKILL')
  }

  /** What this life of it has in hand, by its own log. */
  inHand(): readonly string[] {
    return heldBy(linesOf(files(this.#plan.directory).hands(this.#name)))
  }

  /** How many accepts of this life of it are unanswered, by its own log. */
  unanswered(): number {
    const place = files(this.#plan.directory)
    const own = (line: string): boolean => line.startsWith(`${this.#name}-`)
    return linesOf(place.begun).filter(own).length - linesOf(place.acknowledged).filter(own).length
  }
}

const heldBy = (lines: readonly string[]): readonly string[] => {
  const held = new Set<string>()
  for (const line of lines) {
    if (line.startsWith('+')) held.add(line.slice(2))
    else held.delete(line.slice(2))
  }
  return [...held]
}
