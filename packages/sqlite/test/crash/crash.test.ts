import { describe, expect, it } from 'vitest'
import { CRASH_PROGRAM } from '../build-thread.js'
import { place } from '../support/journals.js'
import type { Plan } from './plan.ts'
import { type Outcome, run } from './run.ts'

const many: Omit<Plan, 'directory'> = {
  program: CRASH_PROGRAM,
  processes: 'many',
  messages: 5000,
  producerKills: 10,
  workerKills: 10,
  stops: 10,
  leaseMs: 800,
  stopMs: 950,
  concurrency: 16,
  lanes: 16,
  pauseMs: 15,
}

const outcomeOf = async (plan: Omit<Plan, 'directory'>): Promise<Outcome> =>
  run({ ...plan, directory: (await place()).directory })

const isSound = (plan: Omit<Plan, 'directory'>, outcome: Outcome): void => {
  const { acknowledged, producerKills, workerKills, stops, duplicates, all, bound } = outcome
  expect(outcome).toMatchObject({ lost: 0, unexplained: 0, strange: 0 })
  expect(acknowledged).toBeGreaterThanOrEqual(plan.messages)
  expect({ producerKills, workerKills, stops }).toMatchObject({ stops: plan.stops })
  expect(Math.min(producerKills - plan.producerKills, workerKills - plan.workerKills)).toBeGreaterThanOrEqual(
    0,
  )
  expect(duplicates).toBeLessThanOrEqual(Math.min(bound, all * plan.concurrency))
}

describe('a producer and three workers on one file, killed and stopped', () => {
  it('lose nothing, and repeat only what was in the hands of the killed and stopped', async () => {
    isSound(many, await outcomeOf(many))
  })
})

describe('one process that does all, killed and stopped', () => {
  it('loses nothing, and repeats only what was in its hands', async () => {
    const plan = { ...many, processes: 'one', messages: 1000, stops: 1 } as const
    isSound(plan, await outcomeOf(plan))
  })
})
