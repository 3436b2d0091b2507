import { setImmediate as turn } from 'node:timers/promises'
import type { FlowTest } from '@xconnector/core/testing'

const TURNS = 20

/** Lets a test go on, in small steps of virtual time, until something is so: what msw answers takes turns of the event loop. */
export const runUntil = async (t: FlowTest, what: string, is: () => boolean): Promise<void> => {
  for (let n = 0; n < 20_000; n++) {
    for (let i = 0; i < TURNS && !is(); i++) await turn()
    if (is()) return
    await t.run(1)
  }
  throw new Error(`it never came to be that ${what}`)
}
