import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import { startMember } from '../harness/member.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import { answerer } from '../load/members.ts'
import type { SendOrder, SentOut } from './orders.ts'
import { PLACES } from './sender.ts'

/** The senders: each an expression, and the file of this folder that has what it names; with what else it imports. */
const SENDERS = {
  ours: ['ours()', "{ ours } from './fan-out/ours.ts'"],
  'ours, undici': [
    'ours({ transport: undiciTransport() })',
    "{ ours } from './fan-out/ours.ts'",
    "{ undiciTransport } from '@xconnector/http/undici'",
  ],
  'ours, undici, SQLite': [
    "ours({ transport: undiciTransport(), journal: sqlite({ file: freshFile('fan-out') }) })",
    "{ ours } from './fan-out/ours.ts'",
    "{ undiciTransport } from '@xconnector/http/undici'",
    "{ sqlite } from '@xconnector/sqlite'",
    "{ freshFile } from './journal/disk.ts'",
  ],
  undici: ['byUndici', "{ byUndici } from './fan-out/by-hand.ts'"],
  axios: ['byAxios', "{ byAxios } from './fan-out/by-hand.ts'"],
} as const

export type SenderName = keyof typeof SENDERS

export const SENDER_NAMES: readonly SenderName[] = Object.keys(SENDERS) as SenderName[]

const BENCH = 'fan-out'
const WIDTH = 64
const WARM = 0.1

/** Bundles every sender, and the thread of SQLite's journal beside them. */
export const bundleSenders = (): Promise<void> =>
  bundleMembers(
    BENCH,
    Object.fromEntries(
      Object.entries(SENDERS).map(([name, [expression, ...imports]]) => [
        name,
        `${imports.map((i) => `import ${i}\n`).join('')}` +
          `import { sending } from './fan-out/sending.ts'\nawait sending(${expression})\n`,
      ]),
    ),
    { thread: true },
  )

/** Sends so many messages to three places each, after a tenth of them to warm up, and looks at how many arrived. */
export const measuring =
  (name: SenderName, n: number): Variant =>
  async (): Promise<Sample> => {
    const server = await answerer({ ok: true })
    const sender = await startMember<object, SentOut, SendOrder>(bundledMember(BENCH, name), {
      ANSWERER: server.started.url,
    })
    const warm = Math.ceil(n * WARM)
    await sender.ask({ as: 'send', n: warm, width: WIDTH })
    const { seconds, cpuMs, peakRss } = await sender.ask({ as: 'send', n, width: WIDTH })
    const { received } = await server.ask({ as: 'count' })
    if (received !== (n + warm) * PLACES.length)
      throw new Error(`${received} requests arrived, not ${(n + warm) * PLACES.length}`)
    for (const member of [sender, server]) await member.ask({ as: 'stop' })
    return { 'CPU us': (1000 * cpuMs) / n, 'per s': n / seconds, 'peak RSS MiB': peakRss }
  }
