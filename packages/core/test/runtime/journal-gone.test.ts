import { expect, it } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  type Intake,
  type Journal,
  JournalUnavailable,
  memoryJournal,
  right,
  silentLogger,
  type Source,
} from '../../src/index.js'
import { manualClock } from '../../src/testing/index.js'

const gone = (): Promise<never> => Promise.reject(new JournalUnavailable('unwritable', 'it is gone'))

/** A process that only takes in, and whose journal can be broken and mended. */
const taking = async () => {
  let broken = false
  const clock = manualClock()
  const real = memoryJournal({ clock, processes: 'many' })
  const over: Partial<Journal> = {
    accept: (entries, also) => (broken ? gone() : real.accept(entries, also)),
    close: async () => {
      await real.close()
      if (broken) await gone()
    },
  }
  const journal = new Proxy(real, {
    get(of, name) {
      const own: unknown = over[name as keyof Journal] ?? Reflect.get(of, name, of)
      return typeof own === 'function' ? (own.bind(of) as unknown) : own
    },
  })
  let intake: Intake | undefined
  const source: Source<number> = {
    name: 's',
    single: false,
    decode: (raw) => right(raw as number),
    start: (own) => ((intake = own), { stop() {} }),
  }
  const flows = [flow('f').from(source).durable('kept').otherwise(byKind())]
  const runtime = createRuntime({ flows, journal, clock, role: 'accept', log: silentLogger })
  await runtime.start()
  const give = () => intake!.accept([{ raw: 1, type: 't', undecodable: 'refuse' }])
  return { runtime, clock, give, load: () => intake!.load(), breaks: (yes: boolean) => (broken = yes) }
}

it('a process that only takes in says troubled when a message could not be stored, and tries again a second later', async () => {
  const { runtime, clock, give, load, breaks } = await taking()
  breaks(true)
  await expect(give()).rejects.toThrow('it is gone')
  expect(runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
  expect(load()).toEqual({ retryAfter: 5 })
  clock.advance(1000)
  expect(load()).toBeUndefined()
  breaks(false)
  await give()
  expect(runtime.health()).toMatchObject({ status: 'ready', journal: 'ok' })
  await runtime.stop()
})

it('a journal that cannot be closed is told by stop, after which the runtime has stopped', async () => {
  const { runtime, breaks } = await taking()
  breaks(true)
  await expect(runtime.stop()).rejects.toThrow('it is gone')
  expect(runtime.health().status).toBe('stopped')
})
