import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import { startMember } from '../harness/member.ts'
import type { Absent, Sample, Variant } from '../harness/sample.ts'
import { isInstalled } from '../harness/untyped.ts'
import type { Usage } from '../harness/used.ts'
import { generator } from '../load/members.ts'
import type { ServingOrder } from '../load/serving-orders.ts'
import { SECRET } from './secret.ts'

/** The receivers, and the files of this folder that they are. */
const RECEIVERS = {
  ours: 'ours.ts',
  'ours, runtime on SQLite': 'on-sqlite.ts',
  'node:http': 'node-http.ts',
  'express 5': 'express.ts',
  fastify: 'fastify.ts',
  hono: 'hono.ts',
} as const

export type ReceiverName = keyof typeof RECEIVERS

export const RECEIVER_NAMES: readonly ReceiverName[] = Object.keys(RECEIVERS) as ReceiverName[]

const BENCH = 'ingress'
const WIDTH = 64
const WARM = 0.25
const NEEDED: Readonly<Partial<Record<ReceiverName, readonly string[]>>> = {
  hono: ['hono', '@hono/node-server'],
}

/** Bundles every receiver, and the thread of SQLite's journal beside them. */
export const bundleReceivers = (): Promise<void> =>
  bundleMembers(
    BENCH,
    Object.fromEntries(
      Object.entries(RECEIVERS).map(([name, file]) => [name, `import './ingress/${file}'\n`]),
    ),
    { thread: true },
  )

/** Sends so many webhooks, after a quarter of that to warm up. */
export const measuring =
  (name: ReceiverName, n: number): Variant =>
  async (): Promise<Sample | Absent> => {
    const missing = NEEDED[name]?.find((peer) => !isInstalled(peer))
    if (missing !== undefined) return { absent: `${missing} is not installed` }
    const load = await generator()
    const receiver = await startMember<{ readonly url: string }, Usage, ServingOrder>(
      bundledMember(BENCH, name),
    )
    const warm = Math.ceil(n * WARM)
    await load.ask({
      as: 'prepare-webhooks',
      url: `${receiver.started.url}/hooks/entries`,
      secret: SECRET,
      n: n + warm,
    })
    await load.ask({ as: 'run', n: warm, width: WIDTH, expect: 202 })
    await receiver.ask({ as: 'usage' })
    const { seconds, p50, p99 } = await load.ask({ as: 'run', n, width: WIDTH, expect: 202 })
    const { cpuMs, peakRss } = await receiver.ask({ as: 'usage' })
    for (const member of [receiver, load]) await member.ask({ as: 'stop' })
    return {
      'per s': n / seconds,
      'CPU us': (1000 * cpuMs) / n,
      'p50 ms': p50,
      'p99 ms': p99,
      'peak RSS MiB': peakRss,
    }
  }
