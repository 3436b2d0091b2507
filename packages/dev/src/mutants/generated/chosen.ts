import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { candidatesIn, faulty, type Candidate } from './candidates.ts'
import { typeChecker } from './compiles.ts'

/**
 * The first `count` mutants of a seed that a build would let through: what the type-checker refuses never reaches a test,
 * and is replaced by the next.
 */
export const chosen = (
  checkout: string,
  seed: number,
  count: number,
): { readonly mutants: readonly Candidate[]; readonly refused: number } => {
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
