import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportFiles } from './conditions.ts'
import { runtimeTree, type Packed } from './consumer.ts'
import { load } from './load.ts'

/** One check of the smoke: what must hold, and what was found where it does not. */
export interface Check {
  readonly what: string
  readonly trouble: string | undefined
}

const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
]
const SOURCE = /"@xconnector\/source"|"(workspace|catalog):/

/** How many packages a user gets with one of ours, itself and peers included, at most. */
export const treeLimits: Readonly<Record<string, number>> = { '@xconnector/core': 5, '@xconnector/http': 45 }

/** What a packed manifest must not hold, and which files it must not miss. */
export const checkManifest = ({ folder, manifest }: Packed): readonly Check[] => {
  const { name } = manifest
  const source = SOURCE.exec(readFileSync(join(folder, 'package.json'), 'utf8'))
  const scripts = INSTALL_SCRIPTS.filter((script) => manifest.scripts?.[script] !== undefined)
  const bins = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {})
  const files = [...exportFiles(manifest.exports ?? {}).map((e) => e.file), ...bins, 'LICENSE']
  const missing = [...new Set(files)].filter((file) => !existsSync(join(folder, file)))
  const check = (what: string, trouble: string | undefined): Check => ({ what: `${name}: ${what}`, trouble })
  return [
    check(
      'no condition or version of the workspace in package.json',
      source === null ? undefined : source[0],
    ),
    check('no install scripts', scripts.length === 0 ? undefined : scripts.join(', ')),
    check('all named files are packed', missing.length === 0 ? undefined : `missing: ${missing.join(', ')}`),
    check('no sources are packed', existsSync(join(folder, 'src')) ? 'src is in the tarball' : undefined),
  ]
}

/** Loads every key of `exports` both ways and compares what it gives. */
export const checkExports = async ({ manifest }: Packed, consumer: string): Promise<readonly Check[]> => {
  const checks: Check[] = []
  for (const [key, value] of Object.entries(manifest.exports ?? {})) {
    const specifier = manifest.name + key.slice(1)
    const esm = await load(consumer, specifier, 'esm')
    const cjs = await load(consumer, specifier, 'cjs')
    for (const [as, loaded] of [
      ['ESM', esm],
      ['CommonJS', cjs],
    ] as const)
      checks.push({
        what: `${specifier} loads as ${as}`,
        trouble: 'trouble' in loaded ? loaded.trouble : undefined,
      })
    if ('names' in esm && 'names' in cjs) {
      const differ = [...new Set(esm.names).symmetricDifference(new Set(cjs.names))]
      const trouble = differ.length === 0 ? undefined : `only in one of them: ${differ.join(', ')}`
      checks.push({ what: `${specifier} gives the same names both ways`, trouble })
      const typed = exportFiles(value).filter((e) => e.conditions.includes('types')).length
      const bare = !key.endsWith('.json') && typed < 2
      checks.push({
        what: `${specifier} has types both ways`,
        trouble: bare ? 'no types in exports' : undefined,
      })
    }
  }
  return checks
}

/** Counts what a user installs with a package, where there is a limit. */
export const checkTree = ({ manifest: { name } }: Packed, consumer: string): readonly Check[] => {
  const limit = treeLimits[name]
  if (limit === undefined) return []
  const tree = runtimeTree(name, consumer)
  const trouble = tree.length <= limit ? undefined : `${tree.length}: ${tree.join(', ')}`
  return [{ what: `${name}: at most ${limit} packages at run time, itself included`, trouble }]
}
