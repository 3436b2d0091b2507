/**
 * What the types cost: 50 generated flows of 12 steps, a fan-out of three the last of them, checked by TypeScript 7 and,
 * for information, 5.9; and the same project without a flow. Against the built package, as its users have it.
 *
 * Run: `npx -y pnpm@12 bench types`
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeProject } from './fixture/project.ts'
import { bench } from './harness/bench.ts'
import { checkout } from './harness/places.ts'
import type { Sample, Variant } from './harness/sample.ts'

const FLOWS = 50
const STEPS = 12

const COMPILERS = {
  'TypeScript 7': 'node_modules/@typescript/native/bin/tsc',
  'TypeScript 5.9': 'node_modules/typescript-5.9/bin/tsc',
}

const checking =
  (compiler: keyof typeof COMPILERS, flows: number): Variant =>
  async () => {
    const project = writeProject(`${flows}-${process.pid}`, flows, STEPS)
    const args = [
      join(checkout, COMPILERS[compiler]),
      '-p',
      project,
      '--extendedDiagnostics',
      '--pretty',
      'false',
    ]
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
    rmSync(dirname(project), { recursive: true })
    if (status !== 0) throw new Error(`${compiler} refuses the fixture:\n${stdout.slice(0, 4000)}`)
    return read(stdout)
  }

const read = (printed: string): Sample => {
  const figure = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+([\\d.,]+)`, 'm').exec(printed)
    if (found === null) throw new Error(`the compiler printed no "${name}"`)
    return Number(found[1]!.replaceAll(',', ''))
  }
  return {
    instantiations: figure('Instantiations'),
    types: figure('Types'),
    'check time s': figure('Check time'),
    'total time s': figure('Total time'),
  }
}

await bench({
  script: import.meta.filename,
  peers: ['typescript-5.9', '@typescript/native'],
  variants: {
    'TypeScript 7': checking('TypeScript 7', FLOWS),
    'TypeScript 7, no flow': checking('TypeScript 7', 0),
    'TypeScript 5.9': checking('TypeScript 5.9', FLOWS),
  },
  rows: [
    {
      row: 'instantiations, TypeScript 7',
      of: (at) => at('TypeScript 7', 'instantiations'),
      must: { atMost: 100_000 },
    },
    {
      row: 'check time, TypeScript 7',
      of: (at) => at('TypeScript 7', 'check time s'),
      must: { atMost: 0.5 },
      unit: 's',
    },
    { row: 'instantiations, TypeScript 5.9', of: (at) => at('TypeScript 5.9', 'instantiations') },
    { row: 'check time, TypeScript 5.9', of: (at) => at('TypeScript 5.9', 'check time s'), unit: 's' },
  ],
})
