import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from '../command/repository.ts'

/** Projects that one compiler run can check, because their options are the same. */
export interface TypeProgram {
  /** Their tsconfigs, relative to the root. */
  readonly projects: readonly string[]
  /** A tsconfig over all of them, with absolute paths. */
  readonly config: TypeConfig
}

/** What is read and written of a tsconfig. */
export interface TypeConfig {
  readonly extends?: string
  readonly compilerOptions?: Readonly<Record<string, unknown>>
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

const read = (project: string): TypeConfig => {
  const path = join(root, project)
  const folder = dirname(path)
  const config = JSON.parse(readFileSync(path, 'utf8')) as TypeConfig
  const absolute = (paths: readonly string[] | undefined): readonly string[] =>
    (paths ?? []).map((pattern) => resolve(folder, pattern))
  return {
    ...(config.extends === undefined ? {} : { extends: resolve(folder, config.extends) }),
    compilerOptions: config.compilerOptions ?? {},
    include: absolute(config.include),
    exclude: absolute(config.exclude),
  }
}

const declaresModules = (project: string): boolean => {
  const folder = dirname(join(root, project))
  return ['src', 'test'].some((name) => {
    const path = join(folder, name)
    return existsSync(path) && readdirSync(path, { recursive: true }).some((f) => String(f).endsWith('.d.ts'))
  })
}

/**
 * Joins projects of equal options into programs, so that the sources which they share are read and checked once. A
 * project with declarations of its own (`*.d.ts`) stays alone: they would hold for its neighbours too.
 */
export const typePrograms = (projects: readonly string[]): readonly TypeProgram[] => {
  const all = projects.map((project) => ({ project, config: read(project) }))
  const groups = Map.groupBy(all, ({ project, config }) =>
    JSON.stringify([config.extends, config.compilerOptions, declaresModules(project) ? project : '']),
  )
  return [...groups.values()].map((group) => ({
    projects: group.map(({ project }) => project),
    config: {
      ...group[0]!.config,
      include: group.flatMap(({ config }) => config.include ?? []),
      exclude: group.flatMap(({ config }) => config.exclude ?? []),
    },
  }))
}

/** The project that an error belongs to: the one that lies deepest above its file. */
export const projectOf = (projects: readonly string[], file: string): string | undefined =>
  projects.filter((project) => file.startsWith(`${dirname(project)}/`)).sort((a, b) => b.length - a.length)[0]

/**
 * Writes the tsconfig of a program to where a compiler can keep what it found beside it: a second run checks what
 * changed, by the contents of files. Gives the tsconfig's path.
 */
export const writeProgram = (program: TypeProgram, name: string): string => {
  // Inside node_modules, so that the types of packages are found from there.
  const folder = join(root, 'node_modules/.cache/xconnector/types')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.json`)
  const compilerOptions = {
    ...program.config.compilerOptions,
    incremental: true,
    tsBuildInfoFile: join(folder, `${name}.tsbuildinfo`),
  }
  const text = JSON.stringify({ ...program.config, compilerOptions }, null, 2)
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text)
  return path
}
