import { sqlite } from '@xconnector/sqlite'
import type { Sample } from '../harness/sample.ts'
import { commitsOf } from './commits.ts'
import { freshFile } from './disk.ts'
import { inFlight, seconds } from './in-flight.ts'
import { service } from './service.ts'

/** Works a backlog off, one hop a message, so many attempts in flight. */
export const processing = async (n: number, concurrency: number): Promise<Sample> => {
  const file = freshFile('process')
  const filling = service({ journal: sqlite({ file }), shape: 1, role: 'accept' })
  await filling.runtime.start()
  await inFlight(n, 64, filling.accept)
  await filling.runtime.stop()
  const working = service({ journal: sqlite({ file }), shape: 1, role: 'work', concurrency })
  let before = 0
  const took = await seconds(async () => {
    await working.runtime.start()
    before = commitsOf(file)
    await working.finished(n)
  })
  const commits = commitsOf(file) - before
  await working.runtime.stop()
  return { 'per s': n / took, 'commits each': commits / n }
}

/** The whole way of a message: accept with a dedupe key, fan-out of three, done. */
export const wholeFlow = async (n: number): Promise<Sample> => {
  const file = freshFile('whole')
  const all = service({ journal: sqlite({ file }), shape: 3 })
  await all.runtime.start()
  const warm = n / 10
  await inFlight(warm, 64, (i) => all.accept(n + i))
  await all.finished(3 * warm)
  const before = commitsOf(file)
  const cpu = process.cpuUsage()
  let accepted = 0
  const took = await seconds(async () => {
    accepted = await seconds(() => inFlight(n, 64, all.accept))
    await all.finished(3 * (n + warm))
  })
  const { user, system } = process.cpuUsage(cpu)
  const commits = commitsOf(file) - before
  await all.runtime.stop()
  return {
    'per s': n / took,
    'accepted per s': n / accepted,
    'commits each': commits / n,
    'cpu us each': (user + system) / n,
  }
}
