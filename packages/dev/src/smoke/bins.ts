import { join } from 'node:path'
import { run } from '../command/child.ts'
import type { Check } from './checks.ts'
import type { Packed } from './pack.ts'

/**
 * Runs the commands that a package brings, as installed: each must tell what it can do, and nothing else. A warning of
 * Node's would stand in the way of every script that reads what a command says.
 */
export const checkBins = async (
  { manifest: { name, bin = {} } }: Pick<Packed, 'manifest'>,
  consumer: string,
  node: string = process.execPath,
): Promise<readonly Check[]> => {
  const bins = typeof bin === 'string' ? { [name.split('/').at(-1)!]: bin } : bin
  return Promise.all(
    Object.entries(bins).map(async ([command, file]): Promise<Check> => {
      const program = join(consumer, 'node_modules', name, file)
      const { code, output } = await run(node, [program, '--help'], {
        cwd: consumer,
        env: { NODE_OPTIONS: '' },
        limit: 30_000,
      })
      const helps = code === 0 && output.includes(`Usage: ${command} `) && !/warning/i.test(output)
      return {
        what: `${name}: ${command} --help runs`,
        trouble: helps ? undefined : output.trim() || `code ${code}`,
      }
    }),
  )
}
