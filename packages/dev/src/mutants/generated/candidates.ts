import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { faultsOf, type Fault } from './operators.ts'

/** A generated mutant: a fault in a file, and how to speak of it. */
export interface Candidate extends Fault {
  /** The same as long as the fault, its text and what stands before it in the file are: twelve hex digits. */
  readonly id: string
  /** Relative to the root. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** What stood there, on one line and not more than 80 characters of it. */
  readonly was: string
}

/** Where mutants are generated: the code that decides about messages. Folders, relative to the root. */
export const MUTATED: readonly string[] = [
  'packages/core/src/route',
  'packages/core/src/run',
  'packages/core/src/runtime',
  'packages/core/src/journal',
  'packages/core/src/plan',
  'packages/core/src/destination',
  'packages/sqlite/src/engine',
]

/** The source files of some folders of a checkout, relative to it. */
export const sourcesIn = (checkout: string, folders: readonly string[] = MUTATED): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('index.ts'))
      .map((name) => `${folder}/${name}`)
      .sort(),
  )

/** The operators that make half of the mutants: what a hurried hand gets wrong, and no type notices. */
const FIRST: ReadonlySet<string> = new Set([
  'negate',
  'negate equality',
  'swap branches',
  'drop await',
  'drop statement',
])

const short = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 80)

/** The mutants that can be made of one file. */
export const candidatesOf = (file: string, text: string): readonly Candidate[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const seen = new Map<string, number>()
  return faultsOf(source).map((fault) => {
    const was = text.slice(fault.start, fault.end)
    const what = [file, fault.operator, was, fault.text].join('\0')
    const times = seen.get(what) ?? 0
    seen.set(what, times + 1)
    const { line } = source.getLineAndCharacterOfPosition(fault.start)
    return { ...fault, id: hash(`${what}\0${times}`).slice(0, 12), file, line: line + 1, was: short(was) }
  })
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Every mutant of a checkout, in the order of a seed, those of the named operators and the others in turn. The place of
 * one depends on nothing but the seed and its id, so that an edit of the sources changes the choice only where it changes
 * the code.
 */
export const candidatesIn = (
  checkout: string,
  seed: number,
  folders: readonly string[] = MUTATED,
): readonly Candidate[] => {
  const ordered = sourcesIn(checkout, folders)
    .flatMap((file) => candidatesOf(file, readFileSync(join(checkout, file), 'utf8')))
    .map((candidate) => ({ candidate, rank: hash(`${seed} ${candidate.id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ candidate }) => candidate)
  const first = ordered.filter((c) => FIRST.has(c.operator))
  const others = ordered.filter((c) => !FIRST.has(c.operator))
  return Array.from({ length: Math.max(first.length, others.length) }, (_, i) =>
    [first[i], others[i]].filter((c) => c !== undefined),
  ).flat()
}

/** A text with a fault in it. */
export const faulty = (text: string, { start, end, text: fault }: Fault): string =>
  text.slice(0, start) + fault + text.slice(end)
