import type { Random } from '@xconnector/core'
import type { Declared } from '../../client/declared.js'
import type { RemoteFault } from './fault.js'
import type { MockRequest } from './mock-request.js'
import { saysOf } from './on.js'

/** Faults that are still to come. Each counts its requests by itself; the first that is due is taken. */
export class FaultScript {
  readonly #random: Random
  #armed: { readonly fault: RemoteFault; seen: number; met: number }[] = []

  constructor(random: Random) {
    this.#random = random
  }

  add(faults: readonly RemoteFault[]): void {
    for (const fault of faults) {
      if (typeof fault.on === 'object') saysOf(fault.on, `fault.${fault.as} on`)
      this.#armed.push({ fault, seen: 0, met: 0 })
    }
  }

  clear(): void {
    this.#armed = []
  }

  /** The fault that meets a request. One that is due behind another is still to come. */
  take(says: Declared<unknown>, request: MockRequest): RemoteFault | undefined {
    let taken: RemoteFault | undefined
    for (const armed of this.#armed) {
      const {
        on,
        after = 0,
        chance = 1,
        times = armed.fault.chance === undefined ? 1 : Infinity,
      } = armed.fault
      if (!fits(on, says, request)) continue
      const due = armed.seen >= after && armed.met < times
      if (due && taken !== undefined) continue
      armed.seen++
      if (!due || (chance < 1 && this.#random.next() >= chance)) continue
      armed.met++
      taken = armed.fault
    }
    return taken
  }
}

const fits = (on: RemoteFault['on'], says: Declared<unknown>, request: MockRequest): boolean => {
  if (on === undefined) return true
  return typeof on === 'function' ? on(request) : saysOf(on, 'fault on') === says
}
