import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A small deliberate fault that named tests must notice. */
export interface Mutant {
  /** Short and unique: `s1-reuse-body`. */
  readonly id: string
  /** The promise that it breaks: `S1`, or a name of the project's own. */
  readonly semantic: string
  /** The file it changes, relative to the root. */
  readonly file: string
  /** Text that occurs exactly once there. */
  readonly find: string
  readonly replace: string
  /** Test files that must turn red, relative to the root. */
  readonly tests: readonly string[]
  /** Packages (`core`) to bundle anew, for tests that start processes on what is built. */
  readonly build?: readonly string[]
}

const REQUIRED = ['id', 'semantic', 'file', 'find', 'replace', 'tests'] as const

/**
 * Reads the mutants of a folder: each JSON file holds one or a list.
 *
 * @throws Error naming the file and the field, when one is missing or an id is used twice.
 */
export const readMutants = (folder: string): readonly Mutant[] => {
  const mutants = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const read = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Mutant | Mutant[]
      const list = Array.isArray(read) ? read : [read]
      for (const mutant of list)
        for (const field of REQUIRED)
          if (mutant[field] === undefined)
            throw new Error(`${name}: mutant ${mutant.id ?? 'without id'} has no "${field}"`)
      return list
    })
  const twice = mutants.find((m, i) => mutants.findIndex((other) => other.id === m.id) !== i)
  if (twice !== undefined) throw new Error(`two mutants have the id ${twice.id}`)
  return mutants
}

/**
 * The text with the fault in it.
 *
 * @throws Error when `find` does not occur exactly once, or changes nothing.
 */
export const mutate = (text: string, { id, file, find, replace }: Mutant): string => {
  const times = find === '' ? 0 : text.split(find).length - 1
  if (times !== 1) throw new Error(`${id}: "${find}" occurs ${times} times in ${file}, must be once`)
  if (find === replace) throw new Error(`${id}: changes nothing in ${file}`)
  return text.replace(find, () => replace)
}
