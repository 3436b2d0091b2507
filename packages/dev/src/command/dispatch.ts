import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from './arguments.ts'
import { runNode } from './child.ts'
import { build, toolEnvironment } from './pnpm.ts'
import { root } from './repository.ts'

/** The scripts of some folders, by name: `x.ts` and `x/index.ts` are both `x`. Missing folders are empty ones. */
export const scriptsIn = (folders: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) =>
        readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
          if (entry.isFile() && /^(?!index\.).*(?<!\.d)\.ts$/.test(entry.name))
            return [[entry.name.slice(0, -3), join(folder, entry.name)]]
          const index = join(folder, entry.name, 'index.ts')
          return entry.isDirectory() && existsSync(index) ? [[entry.name, index]] : []
        }),
      )
      .sort(([a], [b]) => a.localeCompare(b)),
  )

/**
 * The body of `bench` and `soak`: builds the packages, then runs the script that the first argument names, with the
 * options handed on. Exits with the script's code; with 2, and a list of what there is, when there is no such script.
 */
export const dispatch = async (command: string, folders: readonly string[]): Promise<never> => {
  const { positionals } = commandLine({ command, positionals: ['name'], options: 'any' })
  const scripts = scriptsIn(folders.map((folder) => join(root, folder)))
  const [name] = positionals
  const script = name === undefined ? undefined : scripts.get(name)
  if (script === undefined) {
    console.error(name === undefined ? `${command} needs a name` : `there is no ${command} "${name}"`)
    console.error(scripts.size === 0 ? 'none exists yet' : `there are: ${[...scripts.keys()].join(', ')}`)
    process.exit(2)
  }
  const built = await build()
  if (built.code !== 0) {
    console.error(built.output)
    process.exit(built.code)
  }
  const options = process.argv.slice(2).filter((word, i, all) => i !== all.indexOf(name!))
  const ended = await runNode([script, ...options], {
    show: true,
    env: toolEnvironment(),
    limit: 6 * 3_600_000,
  })
  process.exit(ended.code)
}
