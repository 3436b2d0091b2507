import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { candidatesIn, faulty, sourcesIn, type Candidate } from './candidates.ts'
import { typeChecker } from './compiles.ts'
import { keep, keptUnder, read } from './kept.ts'

/** Mutants, and how many more the type-checker refused. */
export interface Chosen {
  readonly mutants: readonly Candidate[]
  readonly refused: number
}

/**
 * The first `count` mutants of a seed that a build would let through: what the type-checker refuses never reaches a test,
 * and is replaced by the next.
 */
export const chosen = (checkout: string, seed: number, count: number): Chosen => {
  const compiles = typeChecker(checkout)
  const texts = new Map<string, string>()
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? readFileSync(join(checkout, file), 'utf8')
    texts.set(file, text)
    return text
  }
  const mutants: Candidate[] = []
  let refused = 0
  for (const candidate of candidatesIn(checkout, seed)) {
    if (mutants.length === count) break
    if (compiles(candidate.file, faulty(textOf(candidate.file), candidate))) mutants.push(candidate)
    else refused++
  }
  return { mutants, refused }
}

/** Where a choice is kept: under a hash of the sources, and of what makes mutants of them. */
export const chosenFile = (checkout: string, seed: number, count: number): string =>
  keptUnder(`seed-${seed}-of-${count}`, [
    ...sourcesIn(checkout, ['packages/core/src', 'packages/sqlite/src']).map((path) => join(checkout, path)),
    ...['operators.ts', 'candidates.ts', 'compiles.ts'].map((name) => join(import.meta.dirname, name)),
  ])

/** `chosen`, remembered. */
export const rememberedChoice = (checkout: string, seed: number, count: number): Chosen => {
  const file = chosenFile(checkout, seed, count)
  const kept = read<Chosen>(file)
  if (kept !== undefined) return kept
  const made = chosen(checkout, seed, count)
  keep(file, made)
  return made
}
