import type { Clock, Random } from '@xconnector/core'
import { BusyWait } from '../busy-wait.js'
import { EngineTrouble, isBusy } from '../engine/trouble.js'
import { stillBusyTrouble } from '../still-busy.js'

/** What waiting takes. */
export interface Waiting {
  readonly clock: Clock
  readonly random: Random
}

/** Does something as soon as nobody else writes. @throws EngineTrouble after 10 s of that. */
export const patiently = async <A>(file: string, { clock, random }: Waiting, f: () => A): Promise<A> => {
  const busy = new BusyWait(() => random.next())
  for (;;) {
    try {
      return f()
    } catch (error) {
      if (!isBusy(error)) throw error
      const ms = busy.next()
      if (ms === undefined) {
        const { trouble, message } = stillBusyTrouble(file, busy.waitedMs)
        throw new EngineTrouble(trouble, message)
      }
      await clock.sleep(ms)
    }
  }
}
