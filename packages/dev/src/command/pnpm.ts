import { basename, delimiter, dirname, join } from 'node:path'
import { run, type ChildOptions, type ChildResult } from './child.ts'
import { root } from './repository.ts'

/** How to start the pnpm that runs this script: a program and its first arguments. */
export const pnpmCommand = (
  execPath: string | undefined = process.env['npm_execpath'],
): readonly [string, ...string[]] => {
  // npm sets the variable too, to its own path.
  if (execPath === undefined || !/^pnpm\b/.test(basename(execPath))) return ['npx', '-y', 'pnpm@12']
  return /\.[cm]?js$/.test(execPath) ? [process.execPath, execPath] : [execPath]
}

/**
 * The environment for children: this workspace's programs and this pnpm first in PATH (turbo looks for both), no
 * further install before each script, and nothing that phones home.
 */
export const toolEnvironment = (): Readonly<Record<string, string>> => {
  const execPath = process.env['npm_execpath']
  const pnpmFolder = pnpmCommand()[0] === 'npx' || execPath === undefined ? [] : [dirname(execPath)]
  return {
    PATH: [join(root, 'node_modules/.bin'), ...pnpmFolder, process.env['PATH'] ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    pnpm_config_verify_deps_before_run: 'false',
  }
}

/** Runs pnpm to its end. */
export const pnpm = (args: readonly string[], options: ChildOptions = {}): Promise<ChildResult> => {
  const [program, ...first] = pnpmCommand()
  return run(program, [...first, ...args], { ...options, env: { ...toolEnvironment(), ...options.env } })
}

/** For children that come after a build: they need not look whether anything has changed since. */
export const builtAlready: Readonly<Record<string, string>> = { XCONNECTOR_BUILT: root }

/** Builds every published package, or what changed of it since the last time. */
export const build = (): Promise<ChildResult> =>
  process.env['XCONNECTOR_BUILT'] === root
    ? Promise.resolve({ code: 0, output: '' })
    : pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])
