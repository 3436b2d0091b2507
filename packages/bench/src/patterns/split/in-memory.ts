import { flow } from '@xconnector/core'
import type { Sample } from '../../harness/sample.ts'
import { seconds } from '../../journal/in-flight.ts'

const MILLION = 1_000_000

interface Row {
  readonly n: number
}

function* rows(n: number): Generator<Row> {
  for (let i = 0; i < n; i++) yield { n: i }
}

/** Splits a million items as they come, through a map, a filter and a tap. */
export const million = async (): Promise<Sample> => {
  let [seen, most] = [0, 0]
  const split = flow('split')
    .input<number>()
    .split('rows', rows, (s) =>
      s
        .map('next', (r) => ({ n: r.n + 1 }))
        .filter('even', (r) => r.n % 2 === 0)
        .tap('seen', () => {
          if (++seen % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed)
        }),
    )
  await split.run(MILLION / 20)
  const took = await seconds(() => split.run(MILLION))
  return { 'per s': MILLION / took, 'heap MB': most / 1e6 }
}

/** The same with a sink that gives a promise: sixteen at a time. */
export const asyncItems = async (): Promise<Sample> => {
  const n = MILLION / 4
  const split = flow('split')
    .input<number>()
    .split('rows', rows, (s) =>
      s.map('next', (r) => ({ n: r.n + 1 })).map('sink', async (r) => Promise.resolve(r)),
    )
  await split.run(n / 20)
  const took = await seconds(() => split.run(n))
  return { 'per s': n / took }
}

/** What `million` does, written as a loop. */
export const byHand = async (): Promise<Sample> => {
  let seen = 0
  const run = (n: number): Promise<void> => {
    for (const r of rows(n)) {
      const next = { n: r.n + 1 }
      if (next.n % 2 !== 0) continue
      seen++
    }
    return Promise.resolve()
  }
  await run(MILLION / 20)
  const took = await seconds(() => run(MILLION))
  return { 'per s': MILLION / took, seen }
}
