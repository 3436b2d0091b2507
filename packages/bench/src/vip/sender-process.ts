import { join } from 'node:path'
import { bundle } from '../harness/bundle.ts'
import { workFolder } from '../harness/places.ts'
import { sendFrom } from './send-from.ts'
import type { Sent } from './sent.ts'
import type { SourceFiles } from './source-file.ts'

/** The senders: each an expression, and the file of this folder that has what it names. */
const SENDERS = {
  ours: ['ours', 'ours(false)'],
  'ours-hashed': ['ours', 'ours(true)'],
  'tus-js-client': ['tusJsClient', 'tusJsClient()'],
  'tus-js-client-in-chunks': ['tusJsClient', 'tusJsClient(8 * 1024 * 1024)'],
  axios: ['byAxios', 'byAxios(Number.POSITIVE_INFINITY)'],
  'axios-in-chunks': ['byAxios', 'byAxios(8 * 1024 * 1024)'],
  raw: ['raw', 'raw'],
} as const
const FILES = {
  ours: 'ours.ts',
  tusJsClient: 'tus-js-client.ts',
  byAxios: 'by-axios.ts',
  raw: 'raw.ts',
} as const

export type SenderName = keyof typeof SENDERS

const bundled = (name: SenderName): string => join(workFolder('vip'), `${name}.mjs`)

/** Bundles every sender, so that its process holds what it needs and nothing that compiles TypeScript. */
export const bundleSenders = async (): Promise<void> => {
  await Promise.all(
    Object.entries(SENDERS).map(([name, [imported, sender]]) =>
      bundle(
        `import { ${imported} } from './vip/${FILES[imported]}'\n` +
          `import { sendOnce } from './vip/send-once.ts'\nawait sendOnce(${sender})\n`,
        bundled(name as SenderName),
      ),
    ),
  )
}

/** Sends the files from a process of its own. Rejects when that fails. */
export const sendInProcess = (name: SenderName, url: string, files: SourceFiles): Promise<Sent> =>
  sendFrom(bundled(name), url, files)
