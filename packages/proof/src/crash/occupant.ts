import { readFileSync } from 'node:fs'
import type { Slot } from './cast/slots.ts'
import type { Child, Ended, Family } from './family.ts'
import { Hands } from './hands.ts'
import type { Places } from './places.ts'
import type { Order } from './points.ts'

/** How the processes of a slot are started. */
export interface Starting {
  readonly family: Family
  readonly places: Places
  readonly program: string
  /** The options of one life, as text. */
  options(life: string, order?: Order): string
}

/** Who is in a slot: a process, and after its end the next one. */
export class Occupant {
  readonly slot: Slot
  readonly #starting: Starting
  #child: Child | undefined
  #lives = 0
  #expected = false
  #hands: Hands
  readonly #lost: string[] = []
  readonly fell: string[] = []

  constructor(slot: Slot, starting: Starting) {
    this.slot = slot
    this.#starting = starting
    this.#hands = this.#newHands()
  }

  get life(): string {
    return `${this.slot.name}-${this.#lives}`
  }
  get running(): boolean {
    return this.#child !== undefined
  }
  get hands(): Hands {
    return this.#hands.look()
  }
  /** Leases that its lives have lost so far. */
  get lost(): readonly string[] {
    return [...this.#lost, ...this.hands.lost]
  }

  #newHands(): Hands {
    return new Hands(this.#starting.places.hands(this.life))
  }

  /** Starts a life; resolves when it is ready, or has ended. `order`: it is told at birth where to die. */
  async start(order?: Order): Promise<void> {
    if (this.#child !== undefined) return
    this.#lost.push(...this.hands.lost)
    this.#hands.close()
    this.#lives++
    this.#hands = this.#newHands()
    this.#expected = order !== undefined
    const { family, program, places, options } = this.#starting
    const output = places.output(this.slot.name)
    const child = family.start(program, options(this.life, order), output)
    this.#child = child
    const { life } = this
    void child.ended.then(({ code, signal }) => {
      if (!this.#expected)
        this.fell.push(`${life} ended by itself (${signal ?? `code ${code}`}): ${lastLines(output)}`)
      if (this.#child === child) this.#child = undefined
    })
    const ready = new Promise<void>((resolve) => child.process.once('message', () => resolve()))
    await Promise.race([ready, child.ended])
  }

  /** Tells it something. `end`: that is what it will end by. */
  tell(word: object | string, end: boolean): void {
    if (end) this.#expected = true
    const child = this.#child?.process
    if (child?.connected === true) child.send(word, () => {})
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    if (signal === 'SIGKILL') this.#expected = true
    this.#child?.process.kill(signal)
  }

  /** Waits for its end, `within` milliseconds at most. */
  async ended(within: number): Promise<Ended | undefined> {
    const child = this.#child
    if (child === undefined) return { code: null, signal: null }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), within)))
    const end = await Promise.race([child.ended, late])
    clearTimeout(timer)
    return end
  }

  close(): void {
    this.#hands.close()
  }
}

const lastLines = (file: string): string =>
  readFileSync(file, 'utf8').trim().split('\n').slice(-20).join('\n').slice(-3000)
