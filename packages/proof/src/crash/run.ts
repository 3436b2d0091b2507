import { existsSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { slotsOf, type Mode, type Slot } from './cast/slots.ts'
import { waitingIn } from './check/journal-file.ts'
import { strike, type Scene } from './executioner.ts'
import type { Family } from './family.ts'
import { Occupant } from './occupant.ts'
import { placesIn, type Places } from './places.ts'
import type { Plan } from './plan.ts'
import type { Order } from './points.ts'
import type { ProducerOptions } from './producer/producer.ts'
import type { Programs } from './programs.ts'
import type { Sabotage } from './service/sabotage.ts'
import type { ServiceOptions } from './service/service.ts'
import { Unanswered } from './unanswered.ts'
import { isKill, type Done, type Violence } from './violence.ts'

/** What a run is. */
export interface Run {
  readonly mode: Mode
  readonly plan: Plan
  readonly directory: string
  readonly programs: Programs
  readonly family: Family
  /** Epoch milliseconds at which no more is struck. */
  readonly until: number
  readonly lanes: number
  readonly pauseMs: number
  /** How long what is left may take to come to an end without any of it moving: milliseconds. */
  readonly patienceMs: number
  readonly sabotage?: Sabotage | undefined
  /** Told now and then how it goes. */
  progress(state: Progress): void
}

/** How a run goes. */
export interface Progress {
  readonly phase: 'killing' | 'healing'
  readonly kills: number
  readonly stops: number
  readonly acknowledged: number
  readonly waiting: number | undefined
}

/** How long a lease is good for, and how long a process is stopped: milliseconds. */
const LEASE_MS = 2000
const STOP_MS = 2900

/** As the service sets it. */
const IN_FLIGHT = 32

/** How long a process that was asked to end may take: milliseconds. */
const GRACE_MS = 60_000

/** Starts the processes of a run, strikes them as planned, lets the rest come to its end, and ends them. What is left is evidence. */
export const carryOut = async (asked: Run): Promise<Violence> => {
  const run = { ...asked, family: asked.family.part() }
  const places = placesIn(run.directory)
  const receiver = run.family.start(run.programs.receiver, run.directory, places.output('receiver'))
  const port = await new Promise<number>((resolve) => {
    receiver.process.once('message', (message) => resolve((message as { readonly port: number }).port))
  })
  const slots = slotsOf(run.mode)
  const starting = startingOf(run, places, slots, `http://127.0.0.1:${port}`)
  const occupants = slots.map((slot) => new Occupant(slot, starting(slot)))
  const producers = slots.filter(({ role }) => role === 'producer').map(({ name }) => name)
  const unanswered = new Map(producers.map((name) => [name, new Unanswered(places, name)]))
  const done: Done[] = []
  let walBytes = 0
  let phase: Progress['phase'] = 'killing'
  let waiting: number | undefined
  const look = setInterval(() => {
    const wal = `${places.journal}-wal`
    if (existsSync(wal)) walBytes = Math.max(walBytes, statSync(wal).size)
    const acknowledged = [...unanswered.values()].reduce((sum, of) => sum + of.look().acknowledged, 0)
    const counted = done.filter((one) => one.counted)
    const kills = counted.filter(isKill).length
    run.progress({ phase, kills, stops: counted.length - kills, acknowledged, waiting })
  }, 250)
  const receiverFell: string[] = []
  void receiver.ended.then(({ code, signal }) => {
    receiverFell.push(`the receiver ended (${signal ?? `code ${code}`})`)
  })
  const fell = (): readonly string[] => [...occupants.flatMap((occupant) => occupant.fell), ...receiverFell]
  const scene: Scene = {
    occupants,
    unanswered,
    stopMs: STOP_MS,
    struck: (one) => void done.push(one),
    // One that falls by itself is a finding: there is no sense in going on.
    over: () => Date.now() >= run.until || fell().length > 0,
  }
  try {
    await Promise.all(occupants.map((occupant) => occupant.start()))
    const [cannot] = fell()
    if (cannot !== undefined) throw new Error(`a run cannot begin: ${cannot}`)
    await Promise.all(
      occupants.map((occupant) => strike(occupant, run.plan.get(occupant.slot.name) ?? [], scene)),
    )
    phase = 'healing'
    receiver.process.send('heal')
    const troubles = await heal(run, places, occupants, (n) => (waiting = n))
    const lost = occupants.flatMap((occupant) => occupant.lost)
    return { done, lost, fell: [...fell(), ...troubles], walBytes, inFlight: IN_FLIGHT }
  } finally {
    clearInterval(look)
    await run.family.end()
    for (const occupant of occupants) occupant.close()
    for (const of of unanswered.values()) of.close()
  }
}

const startingOf =
  (run: Run, places: Places, slots: readonly Slot[], receiver: string) =>
  ({ name, role }: Slot) => {
    const { family, programs, directory, mode, lanes, pauseMs, sabotage } = run
    if (role === 'producer') {
      const services = slots.filter((of) => of.role === 'accept' || of.role === 'both').map((of) => of.name)
      const options: ProducerOptions = { directory, name, services, lanes, pauseMs }
      return { family, places, program: programs.producer, options: () => JSON.stringify(options) }
    }
    const options = (life: string, order?: Order): string =>
      JSON.stringify({
        directory,
        name,
        life,
        role,
        processes: mode,
        receiver,
        leaseMs: LEASE_MS,
        ...(order !== undefined && { order }),
        ...(sabotage !== undefined && { sabotage }),
      } satisfies ServiceOptions)
    return { family, places, program: programs.service, options }
  }

/** No more kills: producers come to their end, then all that waits, then the services. Gives what did not. */
const heal = async (
  { patienceMs }: Run,
  places: Places,
  occupants: readonly Occupant[],
  told: (waiting: number) => void,
): Promise<readonly string[]> => {
  const troubles: string[] = []
  await Promise.all(occupants.map((occupant) => occupant.start()))
  const end = async (occupant: Occupant): Promise<void> => {
    occupant.tell('stop', true)
    const ended = await occupant.ended(GRACE_MS)
    if (ended === undefined)
      troubles.push(`${occupant.life} did not end within ${GRACE_MS} ms of being asked to`)
    else if (ended.code !== 0)
      troubles.push(`${occupant.life} was asked to end and did so with ${String(ended.signal ?? ended.code)}`)
  }
  await Promise.all(occupants.filter(({ slot }) => slot.role === 'producer').map(end))
  let least = Number.POSITIVE_INFINITY
  let moved = Date.now()
  for (;;) {
    const waiting = waitingIn(places.journal)
    told(waiting)
    if (waiting === 0 || Date.now() - moved > patienceMs) break
    if (waiting < least) [least, moved] = [waiting, Date.now()]
    await sleep(100)
  }
  await Promise.all(occupants.filter(({ slot }) => slot.role !== 'producer').map(end))
  return troubles
}
