import { readFileSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { Check } from './checks.ts'
import type { Packed } from './pack.ts'

/** What publint says of a tarball. Its suggestions count too: the list must be empty. */
export const checkWithPublint = async ({ tarball, manifest }: Packed): Promise<Check> => {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true, level: 'suggestion' })
  const said = messages.map((m) => `${m.type}: ${formatMessage(m, pkg, { color: false }) ?? m.code}`)
  return {
    what: `${manifest.name}: publint finds nothing`,
    trouble: said.length === 0 ? undefined : said.join('\n'),
  }
}
