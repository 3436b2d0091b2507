import type { Random } from '../ports/random.js'
import type { Engine, Owner } from './interleave-engine.js'
import type { Fault } from './interleave-faults.js'
import type { Trace } from './interleave-trace.js'

/** What a process works with. */
export interface ProcessPorts {
  readonly engine: Engine
  readonly trace: Trace
  readonly chance: Random
  strike(call: string, when: 'before' | 'after'): Fault | undefined
  crashed(): void
}

/** What a call came to at one of its points. `never`: its process is dead, it does not go on. */
export type Struck = 'on' | 'reject' | 'never'

/** A process under test: what of it goes on, and when, and what strikes it. */
export class Process implements Owner {
  readonly name: string
  readonly slowness: number
  dead = false
  frozenUntil = 0
  readonly #p: ProcessPorts

  constructor(name: string, slowness: number, ports: ProcessPorts) {
    this.name = name
    this.slowness = slowness
    this.#p = ports
  }

  /** Goes on with `f` some steps from now. */
  later(f: () => void): void {
    this.#p.engine.ready(this, f)
  }

  /** Goes on with `f` now, or some steps from now. */
  nowOrLater(f: () => void): void {
    if (this.#p.chance.next() < 0.5) f()
    else this.later(f)
  }

  /** Comes to a point of a call; what strikes there has happened when this returns, but for the rejection. */
  point(call: string, when: 'before' | 'after', mayReject: boolean): Struck {
    if (this.dead) return 'never'
    const fault = this.#p.strike(call, when)
    if (fault === undefined) return 'on'
    if (fault === 'reject' && !mayReject) return 'on'
    if (fault === 'reject') {
      this.say(`${call}: fails, ${when === 'before' ? 'nothing written' : 'though written'}`)
      return 'reject'
    }
    if (fault === 'crash') {
      this.say(`crashes ${when} ${call}`)
      this.kill()
      this.#p.engine.ready(undefined, () => this.#p.crashed())
      return 'never'
    }
    this.say(`freezes for ${fault.freezeMs} ms ${when} ${call}`)
    this.frozenUntil = Math.max(this.frozenUntil, this.#p.engine.now + fault.freezeMs)
    return 'on'
  }

  get frozen(): boolean {
    return this.frozenUntil > this.#p.engine.now
  }

  kill(): void {
    this.dead = true
  }

  say(what: string, about?: unknown): void {
    this.#p.trace.add(this.#p.engine.now, this.name, what, about)
  }
}
