import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command/child.ts'

/** How a module is loaded. */
export type Form = 'esm' | 'cjs'

/** The names that a process of plain Node sees, or why it could not load them. */
export type Loaded = { readonly names: readonly string[] } | { readonly trouble: string }

// Every specifier is tried, whatever became of the others. What a CommonJS module adds by itself is no export of ours;
// nor is the default that `import` makes of it.
const program = (specifiers: readonly string[], form: Form): string => `
const json = { with: { type: 'json' } }
const load = async (name) => ${
  form === 'cjs'
    ? 'require(name)'
    : "name.endsWith('.json') ? (await import(name, json)).default : await import(name)"
}
const main = async () => {
  for (const name of ${JSON.stringify(specifiers)}) {
    let found
    try {
      found = { names: Object.keys(await load(name)).filter((k) => k !== 'module.exports').sort() }
    } catch (error) {
      found = { trouble: String(error?.stack ?? error) }
    }
    console.log('loaded ' + JSON.stringify([name, found]))
  }
}
main()
`

/** Loads specifiers in a consumer, as an ESM or a CommonJS user would, in one process of the Node given. */
export const load = async (
  consumer: string,
  specifiers: readonly string[],
  form: Form,
  node: string = process.execPath,
): Promise<ReadonlyMap<string, Loaded>> => {
  const script = join(consumer, form === 'esm' ? 'load.mjs' : 'load.cjs')
  writeFileSync(script, program(specifiers, form))
  // Without options of this process's own: a condition or a loader in them would change what is found.
  const { code, output } = await run(node, [script], {
    cwd: consumer,
    env: { NODE_OPTIONS: '' },
    limit: 30_000,
  })
  const found = new Map(
    [...output.matchAll(/^loaded (\[.*\])$/gm)].map(([, line]) => JSON.parse(line!) as [string, Loaded]),
  )
  const died: Loaded = { trouble: `the process ended with code ${code}: ${output.trim()}` }
  return new Map(specifiers.map((name) => [name, code === 0 ? (found.get(name) ?? died) : died]))
}
