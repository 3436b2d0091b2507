import type ts from 'typescript'
import type { RepositoryFile } from './repository-files.ts'

/** One place where a rule is broken. */
export interface Violation {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly rule: string
  /** What is wrong and what to do instead. */
  readonly message: string
}

/** A rule of the house. */
export interface Rule {
  /** Also the name of its fixture. */
  readonly name: string
  check(files: readonly RepositoryFile[]): readonly Violation[]
}

/** A finding in one file: a node, or a line from 1. */
export interface Finding {
  readonly at: ts.Node | number
  readonly message: string
}

const lineOf = (at: ts.Node | number): number =>
  typeof at === 'number' ? at : at.getSourceFile().getLineAndCharacterOfPosition(at.getStart()).line + 1

/** A rule that looks at files one by one. */
export const fileRule = (name: string, find: (file: RepositoryFile) => Iterable<Finding>): Rule => ({
  name,
  check: (files) =>
    files.flatMap((file) =>
      [...find(file)].map(({ at, message }) => ({ file: file.path, line: lineOf(at), rule: name, message })),
    ),
})
