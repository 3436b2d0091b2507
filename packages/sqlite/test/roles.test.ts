import { expect, describe, it, onTestFinished } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  right,
  silentLogger,
  target,
  type Intake,
  type Source,
} from '@xconnector/core'
import { journalOn, place } from './support/journals.js'

/** One process of a role on a file: a connection of its own. */
const node = async (file: string, role: 'accept' | 'work') => {
  let intake: Intake | undefined
  let started = 0
  const sent: number[] = []
  const source: Source<number> = {
    name: 'numbers',
    single: false,
    decode: (raw) => right(raw as number),
    start(i) {
      started++
      intake = i
      return { stop() {} }
    },
  }
  const put = target({
    name: 'put',
    destination: createDestination({ name: 'site' }),
    effect: 'keyed',
    async call(n: number) {
      sent.push(n)
      return { result: right(n), seen: { as: 'ok' } }
    },
  })
  const journal = journalOn(file, { processes: 'many' })
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(put).otherwise(byKind())],
    journal,
    role,
    log: silentLogger,
    grace: '1s',
  })
  await runtime.start()
  onTestFinished(() => runtime.stop())
  const give = (n: number) => intake!.accept([{ raw: n, type: 't', undecodable: 'refuse' }])
  return { runtime, sent, give, started: () => started, load: () => intake?.load() }
}

describe('several processes of different roles on one file', () => {
  it('share the work by their roles, wake each other, and hear of a pause', async () => {
    const { file } = await place()
    const accepting = await node(file, 'accept')
    const working = await node(file, 'work')
    await accepting.give(1)
    await expect.poll(() => working.sent, { interval: 5, timeout: 15_000 }).toEqual([1])
    expect([accepting.sent, accepting.started(), working.started()]).toEqual([[], 1, 0])

    await accepting.runtime.pause({ flow: 'f', hop: 'put' }, { by: 'ann' })
    await expect
      .poll(() => working.runtime.paused(), { interval: 5, timeout: 15_000 })
      .toMatchObject([{ by: 'ann' }])
    await accepting.give(2)
    expect((await working.runtime.status()).flows[0]?.hops).toMatchObject([
      { hop: 'put', waiting: 1, paused: true },
    ])

    await working.runtime.pause({ intake: 'f' })
    await expect
      .poll(() => accepting.load(), { interval: 5, timeout: 15_000 })
      .toMatchObject({ paused: true })
    await accepting.runtime.resume({ intake: 'f' })
    await accepting.runtime.resume({ flow: 'f', hop: 'put' })
    await expect.poll(() => working.sent, { interval: 5, timeout: 15_000 }).toEqual([1, 2])

    await accepting.runtime.stop()
    expect(working.runtime.health()).toMatchObject({ status: 'ready', paused: [] })
  })
})
