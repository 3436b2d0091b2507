import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Count } from '@xconnector/core'
import { machine, type Machine } from '../../../bench/src/harness/machine.ts'
import { startWorld, type World } from './crew.ts'
import { Ledger, type Endings } from './ledger.ts'
import { monotonic } from './monotonic.ts'
import { OVERLOAD, SHARE, type Plan } from './plan.ts'
import type { Phase, Seen, Stretch } from './record.ts'
import { Sampling } from './sampling.ts'

/** Messages under way in the closed loop: enough to keep every connection of every destination busy. */
const OUTSTANDING = 512
const CONNECTIONS = { closed: 64, steady: 64, overload: 512 } as const
/** How many seconds of work may wait before senders are told to come again. What a user sets as `maxPending`. */
export const BACKLOG_SECONDS = 5
const DRAIN_MS = 120_000
const LOOK_MS = 50

/** What a run has measured. Times are milliseconds. */
export interface Measured {
  readonly machine: Machine
  /** Messages a second that come through to the last delivery; undefined: it was not measured. */
  readonly maximum: number | undefined
  /** Messages a second of the steady load, and of the overload. */
  readonly rate: number
  readonly offered: number
  readonly maxPending: number
  readonly idleP99: number
  /** Of the steady load after the warm-up. */
  readonly loopP99: number
  readonly stretches: readonly Stretch[]
  readonly seen: readonly Seen[]
  readonly deliveries: (from: number, to: number) => Float64Array
  readonly endings: Readonly<Record<'steady' | 'overload' | 'recovery' | 'all', Endings>>
  readonly accepted: number
  readonly complete: number
  readonly missing: number
  readonly repeats: number
  readonly strange: number
  readonly counts: readonly Count[]
  /** What VIP found wrong with what it was sent. */
  readonly violations: readonly string[]
  /** From the end of the overload until nothing waited any more. */
  readonly drained: number | undefined
}

/** What a run tells while it lasts. */
export interface Heard {
  said(what: string): void
  seen(seen: Seen): void
}

/** Runs the service under load. Everything that it starts has ended when it settles. */
export const run = async (plan: Plan, rate: number | undefined, heard: Heard): Promise<Measured> => {
  const before = machine()
  const folder = await mkdtemp(join(tmpdir(), 'xconnector-load-'))
  const death = Promise.withResolvers<never>()
  death.promise.catch(() => {})
  const all = async (): Promise<Measured> => {
    const hearing: Hearing = { ledger: new Ledger(), completed: () => {} }
    await using world = await startWorld(
      folder,
      (pushed) => {
        const messages = hearing.ledger.hear(pushed)
        if (messages > 0) hearing.completed(messages)
      },
      death.reject,
    )
    const measuring = async (): Promise<Measured> => {
      const most = rate === undefined ? await findMaximum(world, hearing, { plan, folder }, heard) : undefined
      const steady = rate ?? most! * SHARE
      const offered = (most ?? rate! / SHARE) * OVERLOAD
      const maxPending = Math.ceil(BACKLOG_SECONDS * (most ?? rate! / SHARE))
      const load = { plan, folder, steady, offered, maxPending }
      const figures = await underLoad(world, hearing.ledger, load, heard)
      return { machine: before, maximum: most, rate: steady, offered, maxPending, ...figures }
    }
    // Awaited here: the world lasts as long as this function.
    return await Promise.race([measuring(), death.promise])
  }
  try {
    return await all()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Who takes in what the members tell. */
interface Hearing {
  ledger: Ledger
  /** Told how many messages have just become complete. */
  completed: (messages: number) => void
}

/** Messages a second that come through to the last delivery, in a closed loop. What it was told is forgotten. */
const findMaximum = async (
  { sender, service: start }: World,
  hearing: Hearing,
  { plan, folder }: Pick<Load, 'plan' | 'folder'>,
  heard: Heard,
): Promise<number> => {
  heard.said(`the maximum, in a closed loop for ${plan.maximum / 1000} s`)
  const { ledger } = hearing
  const service = await start({ journal: join(folder, 'maximum.db') })
  const began = monotonic()
  hearing.completed = (messages) => void sender.ask({ as: 'delivered', messages })
  await sender.ask({
    as: 'closed',
    outstanding: OUTSTANDING,
    connections: CONNECTIONS.closed,
    ms: plan.maximum,
  })
  hearing.completed = () => {}
  const [from, to] = [began + plan.maximum / 3, began + plan.maximum]
  const found = (ledger.completionsBetween(from, to) / (to - from)) * 1000
  await drained(ledger)
  await service.ask({ as: 'stop' })
  hearing.ledger = new Ledger()
  return found
}

interface Load {
  readonly plan: Plan
  readonly folder: string
  readonly steady: number
  readonly offered: number
  readonly maxPending: number
}

type Figures = Omit<Measured, 'machine' | 'maximum' | 'rate' | 'offered' | 'maxPending'>

const underLoad = async (world: World, ledger: Ledger, load: Load, heard: Heard): Promise<Figures> => {
  const { plan, steady, offered } = load
  const service = await world.service({ journal: join(load.folder, 'load.db'), maxPending: load.maxPending })
  heard.said(`the idle service, for ${plan.idle / 1000} s`)
  const { p99: idleP99 } = await service.ask({ as: 'idle', ms: plan.idle })
  await service.ask({ as: 'sample' })
  const sampling = new Sampling(ledger, plan.every, () => service.ask({ as: 'sample' }), heard.seen)
  await using _ = { [Symbol.asyncDispose]: async () => sampling.stop() }
  const stretches: Stretch[] = []
  const at = (): number => (monotonic() - sampling.start) / 1000
  const during = async (phase: Phase, work: () => Promise<unknown>): Promise<Endings> => {
    await sampling.begin(phase)
    const from = at()
    const before = ledger.endings
    await work()
    stretches.push({ phase, from, to: at() })
    return less(ledger.endings, before)
  }
  const open = (perSecond: number, connections: number, ms: number): Promise<object> =>
    world.sender.ask({ as: 'open', perSecond, connections, ms })

  heard.said(`the steady load: ${Math.round(steady)} messages a second`)
  await during('warm-up', () => open(steady, CONNECTIONS.steady, plan.warmUp))
  await service.ask({ as: 'listen' })
  const calm = await during('steady', () => open(steady, CONNECTIONS.steady, plan.steady - plan.warmUp))
  const { p99: loopP99 } = await service.ask({ as: 'heard' })
  heard.said(`overload: ${Math.round(offered)} messages a second`)
  const overload = await during('overload', () => open(offered, CONNECTIONS.overload, plan.overload))
  heard.said('the steady load again')
  const recovery = await during('recovery', () => open(steady, CONNECTIONS.steady, plan.recovery))
  heard.said('what is left')
  let emptied: number | undefined
  await during('drain', async () => (emptied = await drained(ledger)))
  await sampling.end()
  const counts = await service.ask({ as: 'counts' })
  await service.ask({ as: 'stop' })
  const violations = await world.end()
  return {
    idleP99,
    loopP99,
    stretches,
    seen: sampling.seen,
    deliveries: (from, to) =>
      ledger.deliveries.between(sampling.start + from * 1000, sampling.start + to * 1000),
    endings: { steady: calm, overload, recovery, all: ledger.endings },
    accepted: ledger.accepted,
    complete: ledger.complete,
    missing: ledger.missing().length,
    repeats: ledger.repeats,
    strange: ledger.strange,
    counts,
    violations,
    drained: emptied,
  }
}

const less = (after: Endings, before: Endings): Endings =>
  Object.fromEntries(
    Object.entries(after).map(([what, n]) => [what, n - before[what as keyof Endings]]),
  ) as unknown as Endings

/** Milliseconds until all that was accepted is delivered; undefined: it was not, in two minutes. */
const drained = async (ledger: Ledger): Promise<number | undefined> => {
  const start = monotonic()
  while (ledger.complete < ledger.accepted) {
    if (monotonic() - start > DRAIN_MS) return undefined
    await sleep(LOOK_MS)
  }
  return monotonic() - start
}
