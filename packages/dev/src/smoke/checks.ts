import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exportFiles } from './conditions.ts'
import { runtimeTree } from './consumer.ts'
import { load, type Form } from './load.ts'
import type { Packed } from './pack.ts'

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
export const treeLimits: Readonly<Record<string, number>> = { '@xconnector/core': 8, '@xconnector/http': 48 }

/** What a packed manifest must not hold, and which files it must not miss. */
export const checkManifest = ({ folder, manifest }: Packed): readonly Check[] => {
  const { name } = manifest
  const source = SOURCE.exec(readFileSync(join(folder, 'package.json'), 'utf8'))
  const scripts = INSTALL_SCRIPTS.filter((script) => manifest.scripts?.[script] !== undefined)
  const bins = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {})
  const files = [...exportFiles(manifest.exports ?? {}).map((e) => e.file), ...bins, 'LICENSE', 'README.md']
  const missing = [...new Set(files)].filter(
    (file) => (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0) === 0,
  )
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

/** The keys of `exports` that a program can import. What is no code (a contract, a schema) is read as a file instead. */
export const loadable = (exports: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(exports).filter((key) => !/\.(?!json$|[cm]?js$)\w+$/.test(key))

/**
 * Loads keys of `exports` both ways and compares what they give.
 *
 * @param node The program that loads them; this process's by default.
 */
export const checkExports = async (
  { manifest }: Packed,
  keys: readonly string[],
  consumer: string,
  node: string = process.execPath,
): Promise<readonly Check[]> => {
  const specifiers = keys.map((key) => manifest.name + key.slice(1))
  const [esm, cjs] = await Promise.all(
    (['esm', 'cjs'] as const).map((form: Form) => load(consumer, specifiers, form, node)),
  )
  return keys.flatMap((key, i) => {
    const specifier = specifiers[i]!
    const both = [esm!.get(specifier)!, cjs!.get(specifier)!] as const
    const checks: Check[] = both.map((loaded, n) => ({
      what: `${specifier} loads as ${['ESM', 'CommonJS'][n]}`,
      trouble: 'trouble' in loaded ? loaded.trouble : undefined,
    }))
    if (!('names' in both[0] && 'names' in both[1])) return checks
    const differ = [...new Set(both[0].names).symmetricDifference(new Set(both[1].names))]
    const typed = exportFiles(manifest.exports?.[key]).filter((e) => e.conditions.includes('types')).length
    const bare = !key.endsWith('.json') && typed < 2
    return [
      ...checks,
      {
        what: `${specifier} gives the same names both ways`,
        trouble: differ.length === 0 ? undefined : `only in one of them: ${differ.join(', ')}`,
      },
      { what: `${specifier} has types both ways`, trouble: bare ? 'no types in exports' : undefined },
    ]
  })
}

/** Counts what a user installs with a package, where there is a limit. */
export const checkTree = ({ manifest: { name } }: Packed, consumer: string): readonly Check[] => {
  const limit = treeLimits[name]
  if (limit === undefined) return []
  const tree = runtimeTree(name, consumer)
  const trouble = tree.length <= limit ? undefined : `${tree.length}: ${tree.join(', ')}`
  return [{ what: `${name}: at most ${limit} packages at run time, itself included`, trouble }]
}
