import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import { startReceiver } from '../vip/receiver-process.ts'
import { sendFrom } from '../vip/send-from.ts'
import { sourceFiles } from '../vip/source-file.ts'

/** The senders: each an expression, and the file of this folder that has what it names; with what else it imports. */
const SENDERS = {
  ours: ['ours()', "{ ours } from './upload/ours.ts'"],
  'ours, undici': [
    'ours({ transport: undiciTransport() })',
    "{ ours } from './upload/ours.ts'",
    "{ undiciTransport } from '@xconnector/http/undici'",
  ],
  'node:http': ['raw', "{ raw } from './upload/raw.ts'"],
  'axios, stock': ['byAxios()', "{ byAxios } from './upload/peers.ts'"],
  'axios, no redirects': ['byAxios({ maxRedirects: 0 })', "{ byAxios } from './upload/peers.ts'"],
  got: ['byGot', "{ byGot } from './upload/peers.ts'"],
  'undici.request': ['byUndici', "{ byUndici } from './upload/peers.ts'"],
} as const

export type SenderName = keyof typeof SENDERS

export const SENDER_NAMES: readonly SenderName[] = Object.keys(SENDERS) as SenderName[]

const BENCH = 'upload'
const MIB = 1024 * 1024

/** Bundles every sender. */
export const bundleSenders = (): Promise<void> =>
  bundleMembers(
    BENCH,
    Object.fromEntries(
      Object.entries(SENDERS).map(([name, [expression, ...imports]]) => [
        name,
        `${imports.map((i) => `import ${i}\n`).join('')}` +
          `import { sendOnce } from './vip/send-once.ts'\nawait sendOnce(${expression})\n`,
      ]),
    ),
  )

/** Sends the file once, and looks at how much arrived. */
export const uploading =
  (name: SenderName): Variant =>
  async (): Promise<Sample> => {
    const files = sourceFiles()
    const { size } = files.counted
    const receiver = await startReceiver('discards')
    const { seconds, cpu, peakRss } = await sendFrom(bundledMember(BENCH, name), receiver.url, files)
    const received = await receiver.received()
    await receiver.end()
    if (received.bytes !== size) throw new Error(`${received.bytes} bytes of ${size} arrived`)
    const mib = size / MIB
    return { 'MiB/s': mib / seconds, 'peak RSS MiB': peakRss, 'CPU s/GiB': (1024 * cpu) / mib }
  }
