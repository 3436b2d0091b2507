import { describe, expect, it } from 'vitest'
import { place } from '../support/journals.js'
import type { Mutant, Plan } from './plan.ts'
import { type Outcome, run } from './run.ts'

const base: Omit<Plan, 'directory'> = {
  processes: 'many',
  messages: 200,
  producerKills: 0,
  workerKills: 0,
  stops: 0,
  leaseMs: 300,
  stopMs: 1200,
  concurrency: 16,
  lanes: 16,
  pauseMs: 15,
}

const mutated = async (mutant: Mutant, violence: Partial<Plan>): Promise<Outcome> =>
  run({ ...base, ...violence, mutant, directory: (await place()).directory })

describe('the checker finds', () => {
  it('an acknowledgement before the store: messages are lost', async () => {
    expect((await mutated('acknowledge-before-store', { producerKills: 2 })).lost).toBeGreaterThan(0)
  })

  it('an emit outside the commit: messages are lost', async () => {
    expect((await mutated('emit-outside-the-commit', { workerKills: 3 })).lost).toBeGreaterThan(0)
  })

  it('a lease without fencing: effects are repeated that were in nobody’s hands', async () => {
    expect((await mutated('unfenced-lease', { stops: 4, pauseMs: 50 })).unexplained).toBeGreaterThan(0)
  })

  it('nothing in the same violence on a sound journal', async () => {
    const outcome = await run({ ...base, producerKills: 2, workerKills: 2, stops: 1, directory: (await place()).directory })
    expect(outcome).toMatchObject({ lost: 0, unexplained: 0, strange: 0 })
  })
})
