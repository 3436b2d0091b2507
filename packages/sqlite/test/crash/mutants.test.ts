import { describe, it } from 'vitest'
import { CRASH_PROGRAM } from '../build-thread.js'
import { scratch } from '../support/scratch.js'
import type { Mutant, Plan } from './plan.ts'
import { type Outcome, run } from './run.ts'

const base: Omit<Plan, 'directory'> = {
  program: CRASH_PROGRAM,
  processes: 'many',
  messages: 100,
  producerKills: 0,
  workerKills: 0,
  stops: 0,
  leaseMs: 300,
  stopMs: 1200,
  concurrency: 16,
  lanes: 16,
  pauseMs: 50,
}

const mutated = async (mutant: Mutant, violence: Partial<Plan>): Promise<Outcome> => {
  const { directory, dispose } = await scratch()
  try {
    return await run({ ...base, ...violence, mutant, directory })
  } finally {
    await dispose()
  }
}

// Most of their time is waiting: they run side by side.
describe.concurrent('the checker finds', () => {
  it('an acknowledgement before the store: messages are lost', async ({ expect }) => {
    expect(
      (await mutated('acknowledge-before-store', { producerKills: 4, pauseMs: 10 })).lost,
    ).toBeGreaterThan(0)
  })

  it('an emit outside the commit: messages are lost', async ({ expect }) => {
    expect((await mutated('emit-outside-the-commit', { workerKills: 8 })).lost).toBeGreaterThan(0)
  })

  it('a lease without fencing: effects are repeated that were in nobody’s hands', async ({ expect }) => {
    expect((await mutated('unfenced-lease', { stops: 3 })).unexplained).toBeGreaterThan(0)
  })
})
