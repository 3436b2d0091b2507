import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from '../command/child.ts'

// What a CommonJS module adds by itself is no export of ours; nor is the default that `import` makes of it.
const PRINT = `console.log('names ' + JSON.stringify(Object.keys(m).filter((k) => k !== 'module.exports').sort()))`

/** The names that a child process of plain Node sees, or why it could not load them. */
export type Loaded = { readonly names: readonly string[] } | { readonly trouble: string }

/** Loads a specifier in a consumer, as an ESM or a CommonJS user would. */
export const load = async (consumer: string, specifier: string, as: 'esm' | 'cjs'): Promise<Loaded> => {
  const json = specifier.endsWith('.json')
  const source =
    as === 'cjs'
      ? `const m = require(${JSON.stringify(specifier)})`
      : `const m = ${json ? '(' : ''}await import(${JSON.stringify(specifier)}${json ? ", { with: { type: 'json' } })).default" : ')'}`
  const script = join(consumer, as === 'esm' ? 'load.mjs' : 'load.cjs')
  writeFileSync(script, `${source}\n${PRINT}\n`)
  // Without options of this process's own: a condition or a loader in them would change what is found.
  const { code, output } = await runNode([script], {
    cwd: consumer,
    env: { NODE_OPTIONS: '' },
    limit: 30_000,
  })
  const names = /^names (\[.*\])$/m.exec(output)?.[1]
  return code === 0 && names !== undefined
    ? { names: JSON.parse(names) as string[] }
    : { trouble: output.trim() }
}
