import ts from 'typescript'
import { nodes } from '../house/nodes.ts'
import type { Diagnostic } from './compilers.ts'

/** A case of a type test: the lines it stands on, from 1. */
export interface TypeCase {
  readonly name: string
  readonly first: number
  readonly last: number
}

/**
 * The cases of a type test: its calls of `test` or `it`. What stands outside of them is one more case, called after the
 * file, so that a file without any counts too.
 */
export const typeCases = (file: string, text: string): readonly TypeCase[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1
  const found: TypeCase[] = []
  for (const node of nodes(source)) {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) continue
    if (!['test', 'it'].includes(node.expression.text)) continue
    const [name] = node.arguments
    found.push({
      name: name !== undefined && ts.isStringLiteralLike(name) ? name.text : `line ${line(node.getStart())}`,
      first: line(node.getStart()),
      last: line(node.end),
    })
  }
  return [...found, { name: file, first: 1, last: Infinity }]
}

/** The cases in which an error stands; the innermost one for each error. */
export const failedCases = (
  cases: readonly TypeCase[],
  errors: readonly Diagnostic[],
): ReadonlyMap<TypeCase, readonly Diagnostic[]> =>
  Map.groupBy(
    errors,
    (error) => cases.find((c) => c.first <= error.line && error.line <= c.last) ?? cases.at(-1)!,
  )
