import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { filterProblems, problemKindInfo } from '@arethetypeswrong/core/problems'
import { loadable, type Check } from './checks.ts'
import type { Packed } from './pack.ts'

const SHOWN = ['subpath', 'entrypoint', 'resolutionKind', 'typesFileName', 'fileName', 'moduleSpecifier']

const show = (problem: Problem): string => {
  const at = Object.entries(problem).flatMap(([k, v]) => (SHOWN.includes(k) ? [`${k} ${String(v)}`] : []))
  return `${problemKindInfo[problem.kind].title} (${at.join(', ')})`
}

// Neither TypeScript 6 nor 7 resolves as TypeScript 4 did for Node 10, which knows no `exports`: one check would say
// of every subpath that it is not found there.
const JUDGED = ['node16-cjs', 'node16-esm', 'bundler'] as const

/** Whether the types of each entry point say of its modules what they are, for ESM, CommonJS and bundlers: attw. */
export const checkTypesOfModules = async ({ tarball, manifest }: Packed): Promise<readonly Check[]> => {
  const packed = createPackageFromTarballData(new Uint8Array(readFileSync(tarball)))
  const keys = loadable(manifest.exports ?? {})
  const analysis = await checkPackage(packed, { entrypoints: [...keys] })
  if (analysis.types === false)
    return [{ what: `${manifest.name}: attw`, trouble: 'no types are in the package' }]
  return keys.map((entrypoint) => {
    const found = JUDGED.flatMap((resolutionKind) => filterProblems(analysis, { entrypoint, resolutionKind }))
    return {
      what: `${manifest.name}${entrypoint.slice(1)}: attw finds nothing`,
      trouble: found.length === 0 ? undefined : [...new Set(found)].map(show).join('\n'),
    }
  })
}
