import type { Health, Runtime, RuntimeEvents } from '@xconnector/core'

/** For how long destinations have been parked, in sum, since the process started. */
export class ParkedTime {
  readonly #since = new Map<string, number>()
  readonly #ms = new Map<string, number>()
  readonly #stop: () => void

  /** @param parked what is parked already, and `now`. */
  constructor(events: Runtime['events'], parked: Health['parked'], now: number) {
    for (const { destination } of parked) this.#since.set(destination, now)
    // Told again when it is parked for longer.
    const on = ({ destination, at }: RuntimeEvents['parked'][0]): void => {
      if (!this.#since.has(destination)) this.#since.set(destination, at)
    }
    const off = ({ destination, at }: RuntimeEvents['opened'][0]): void => {
      this.#ms.set(destination, this.ms(destination, at))
      this.#since.delete(destination)
    }
    events.on('parked', on)
    events.on('opened', off)
    this.#stop = () => {
      events.off('parked', on)
      events.off('opened', off)
    }
  }

  get destinations(): readonly string[] {
    return [...new Set([...this.#since.keys(), ...this.#ms.keys()])]
  }
  ms(destination: string, now: number): number {
    const since = this.#since.get(destination)
    return (this.#ms.get(destination) ?? 0) + (since === undefined ? 0 : Math.max(0, now - since))
  }
  close(): void {
    this.#stop()
  }
}
