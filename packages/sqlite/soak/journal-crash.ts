import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '../test/crash/plan.ts'
import { run } from '../test/crash/run.ts'

// The crash test at length, on the built package: 50 kills and stops of each kind, for several processes and for one.
const plan: Omit<Plan, 'directory'> = {
  processes: 'many',
  messages: 20_000,
  producerKills: 50,
  workerKills: 50,
  stops: 50,
  leaseMs: 800,
  stopMs: 1000,
  concurrency: 16,
  lanes: 16,
  pauseMs: 10,
}

const soak = async (name: string, wanted: Omit<Plan, 'directory'>): Promise<boolean> => {
  const directory = await mkdtemp(join(tmpdir(), 'xconnector-crash-'))
  const { inHand: _, ...outcome } = await run({ ...wanted, directory })
  const sound =
    outcome.lost === 0 &&
    outcome.unexplained === 0 &&
    outcome.strange === 0 &&
    outcome.acknowledged >= wanted.messages &&
    outcome.duplicates <= outcome.all * wanted.concurrency &&
    outcome.producerKills >= wanted.producerKills &&
    outcome.workerKills >= wanted.workerKills &&
    outcome.stops >= wanted.stops
  process.stdout.write(`${JSON.stringify({ name, sound, ...outcome })}\n`)
  // What a failed run has left is the evidence.
  if (sound) await rm(directory, { recursive: true, force: true })
  else process.stdout.write(`kept: ${directory}\n`)
  return sound
}

const sound = [
  await soak('a producer and three workers on one file', plan),
  await soak('one process that does all', { ...plan, processes: 'one', stops: 5 }),
]
process.exitCode = sound.every(Boolean) ? 0 : 1
