import { setTimeout as sleep } from 'node:timers/promises'
import { check, type Verdict, type Violence } from './check.ts'
import { linesOf } from './line-log.ts'
import { files, type Plan, RECEIVERS } from './plan.ts'
import { Victim } from './victim.ts'

/** What came of a run. */
export interface Outcome extends Verdict, Violence {
  /** How many kills and stops there were, those that met nothing included. */
  readonly all: number
  readonly ms: number
}

/** Runs a plan: starts its processes, kills and stops them until enough of it counted, lets them finish, and judges. */
export const run = async (plan: Plan, random: () => number = Math.random): Promise<Outcome> => {
  const start = performance.now()
  const counted = { producerKills: 0, workerKills: 0, stops: 0, all: 0 }
  const inHand: (readonly string[])[] = []
  const one = plan.processes === 'one'
  const producer = new Victim(plan, one ? 'both' : 'producer', 'p')
  const workers = one ? [] : ['w0', 'w1', 'w2'].map((slot) => new Victim(plan, 'worker', slot))
  const all = [producer, ...workers]

  // An entry that emits: its killed or stale holder can do the most harm, and a planted fault shows at no other.
  const emitting = (hands: readonly string[]): boolean => hands.some((key) => !key.includes('/'))
  const emits = (victim: Victim): boolean => emitting(victim.inHand())
  const met = (hands: readonly string[]): boolean =>
    plan.mutant === undefined ? hands.length > 0 : emitting(hands)
  const aim = async (at: () => boolean): Promise<void> => {
    for (let look = 0; look < 100 && !at(); look++) await sleep(2)
  }
  const kill = async (victim: Victim): Promise<void> => {
    await sleep(20 + random() * 100)
    await aim(() => (victim === producer ? victim.unanswered() > 0 : emits(victim)))
    // The moment of a claim is long before a fault's window: what is killed then is always found again.
    if (plan.mutant !== undefined && victim !== producer) await sleep(random() * 80)
    await victim.kill()
    counted.all++
    const hands = victim.inHand()
    inHand.push(hands)
    if (victim === producer && victim.unanswered() > 0) counted.producerKills++
    if (met(hands)) counted.workerKills++
    await victim.start()
  }
  const stop = async (victim: Victim): Promise<void> => {
    await sleep(20 + random() * 60)
    await aim(() => emits(victim))
    victim.signal('SIGSTOP')
    const hands = victim.inHand()
    await sleep(plan.stopMs)
    inHand.push(victim.inHand())
    victim.signal('SIGCONT')
    counted.all++
    if (met(hands)) counted.stops++
  }
  const until = async (enough: () => boolean, once: () => Promise<void>): Promise<void> => {
    while (!enough()) await once()
  }

  try {
    for (const victim of all) await victim.start()
    const killers = [
      until(
        () => counted.producerKills >= plan.producerKills,
        () => kill(producer),
      ),
    ]
    if (one) {
      await killers[0]
      await until(
        () => counted.workerKills >= plan.workerKills,
        () => kill(producer),
      )
      await until(
        () => counted.stops >= plan.stops,
        () => stop(producer),
      )
    } else {
      killers.push(
        until(
          () => counted.workerKills >= plan.workerKills,
          async () => kill(workers[counted.all % 2]!),
        ),
      )
      killers.push(
        until(
          () => counted.stops >= plan.stops,
          () => stop(workers[2]!),
        ),
      )
      await Promise.all(killers)
    }
    await until(
      () => linesOf(files(plan.directory).acknowledged).length >= plan.messages,
      () => sleep(50),
    )
    producer.quiet()
    await drained(plan)
    for (const victim of all) await victim.end()
    const ms = Math.round(performance.now() - start)
    return { ...check(plan, { ...counted, inHand }), ...counted, inHand, ms }
  } finally {
    for (const victim of all) victim.destroy()
  }
}

/** Until every acknowledged message has arrived everywhere, or nothing has moved for four leases (at least 1.5 s). */
const drained = async ({ directory, leaseMs }: Plan): Promise<void> => {
  const place = files(directory)
  const patience = Math.max(1500, 4 * leaseMs)
  let moved = performance.now()
  let seen = 0
  while (performance.now() - moved < patience) {
    const wanted = linesOf(place.acknowledged)
    const received = RECEIVERS.map(
      (receiver) => new Set(linesOf(place.effects(receiver)).map((line) => line.split(' ')[1])),
    )
    if (wanted.every((message) => received.every((messages) => messages.has(message)))) return
    const sum = received.reduce((n, messages) => n + messages.size, 0)
    if (sum > seen) moved = performance.now()
    seen = sum
    await sleep(100)
  }
}
