import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '@xconnector/sqlite'
import { accept, BRANCHES, FLOW, work } from './flow.ts'

// Where should the connection live? Throughput and event-loop delay, in the main thread and in a worker thread.
// node packages/sqlite/bench/loop-delay.ts [rounds] [messages]; prints one JSON object a round, then the medians.
const rounds = Number(process.argv[2] ?? 5)
const messages = Number(process.argv[3] ?? 6000)

interface Sample {
  readonly thread: 'main' | 'worker'
  readonly acceptPerSecond: number
  readonly flowPerSecond: number
  readonly fullP99: number
  readonly fullMax: number
  readonly steadyP99: number
  readonly steadyMax: number
}

const RESOLUTION_MS = 1

/** Runs `f`; gives its seconds, and the loop's delay meanwhile, less what the timer itself waits. */
const measured = async (
  f: () => Promise<unknown>,
): Promise<{ seconds: number; p99: number; max: number }> => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const start = performance.now()
  await f()
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  const ms = (nanoseconds: number): number => Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 100) / 100
  return { seconds, p99: ms(delay.percentile(99)), max: ms(delay.max) }
}

const once = async (thread: 'main' | 'worker', rate: number): Promise<Sample> => {
  const directory = await mkdtemp(join(tmpdir(), 'xconnector-bench-'))
  const fresh = async (name: string): Promise<ReturnType<typeof sqlite>> => {
    const journal = sqlite({ file: join(directory, name), thread })
    await journal.open(['in', ...BRANCHES].map((hop) => ({ flow: FLOW, hop })))
    return journal
  }
  const accepting = await fresh('accept.db')
  const taken = await measured(() => accept(accepting, messages, 64))
  await accepting.close()
  const flowing = await fresh('flow.db')
  const full = await measured(() => Promise.all([accept(flowing, messages, 64), work(flowing, messages)]))
  await flowing.close()
  const steady = await fresh('steady.db')
  const calm = await measured(() => Promise.all([accept(steady, rate * 4, 64, rate), work(steady, rate * 4)]))
  await steady.close()
  await rm(directory, { recursive: true, force: true })
  return {
    thread,
    acceptPerSecond: Math.round(messages / taken.seconds),
    flowPerSecond: Math.round(messages / full.seconds),
    fullP99: full.p99,
    fullMax: full.max,
    steadyP99: calm.p99,
    steadyMax: calm.max,
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!

const idle = await measured(() => sleep(2000))
process.stdout.write(`${JSON.stringify({ idle: idle.p99 })}\n`)
// 70 % of what the slower one does at its most is the steady load for both.
const most = await once('worker', 200)
const rate = Math.floor(most.flowPerSecond * 0.7)
process.stdout.write(`${JSON.stringify({ steadyMessagesPerSecond: rate })}\n`)
const samples: Sample[] = []
for (let round = 0; round < rounds; round++) {
  for (const thread of round % 2 === 0 ? (['main', 'worker'] as const) : (['worker', 'main'] as const)) {
    const sample = await once(thread, rate)
    samples.push(sample)
    process.stdout.write(`${JSON.stringify({ round, ...sample })}\n`)
  }
}
for (const thread of ['main', 'worker'] as const) {
  const own = samples.filter((sample) => sample.thread === thread)
  const of = (name: Exclude<keyof Sample, 'thread'>): number => median(own.map((sample) => sample[name]))
  const medians = {
    acceptPerSecond: of('acceptPerSecond'),
    flowPerSecond: of('flowPerSecond'),
    fullP99: of('fullP99'),
    fullMax: of('fullMax'),
    steadyP99: of('steadyP99'),
    steadyMax: of('steadyMax'),
  }
  process.stdout.write(`${JSON.stringify({ thread, medians })}\n`)
}
