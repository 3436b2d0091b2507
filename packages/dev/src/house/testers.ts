import ts from 'typescript'
import { isFunction, isValueReference, nodes } from './nodes.ts'

const RUNNERS = new Set(['vitest', 'node:test'])
const NAMES = new Set(['test', 'it', 'describe', 'suite', 'bench'])

/** The names by which a test file defines tests. */
export interface Testers {
  /** `test`, `describe` and the like, under whatever name, and what `test.extend` gave. */
  readonly own: ReadonlySet<string>
  /** Functions of the file that define tests when called. */
  readonly helpers: ReadonlySet<string>
}

/** The leftmost name of a chain of calls and properties: `test` for `test.each(x)('y')`. */
export const rootName = (node: ts.Node): ts.Identifier | undefined => {
  if (ts.isIdentifier(node)) return node
  if (
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isTaggedTemplateExpression(node)
  )
    return rootName(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression)
  return undefined
}

const imported = (source: ts.SourceFile): Set<string> => {
  const found = new Set<string>()
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    if (!RUNNERS.has(statement.moduleSpecifier.text)) continue
    const clause = statement.importClause
    if (clause?.name !== undefined) found.add(clause.name.text)
    if (clause?.namedBindings === undefined || !ts.isNamedImports(clause.namedBindings)) continue
    for (const { name, propertyName } of clause.namedBindings.elements)
      if (NAMES.has((propertyName ?? name).text)) found.add(name.text)
  }
  return found
}

/** Every place where a tester or helper is used as a value. */
export const usesOf = (source: ts.SourceFile, names: ReadonlySet<string>): readonly ts.Identifier[] =>
  [...nodes(source)].filter(
    (node): node is ts.Identifier => ts.isIdentifier(node) && names.has(node.text) && isValueReference(node),
  )

/** The name under which a function can be called again; undefined for callbacks. */
export const nameOfFunction = (f: ts.FunctionLikeDeclaration): string | undefined => {
  if (ts.isFunctionDeclaration(f)) return f.name?.text
  return ts.isVariableDeclaration(f.parent) && ts.isIdentifier(f.parent.name) ? f.parent.name.text : undefined
}

/** The nearest function around a node that has a name. */
const namedFunctionAround = (node: ts.Node): string | undefined => {
  for (let n = node.parent; n !== undefined; n = n.parent)
    if (isFunction(n)) {
      const name = nameOfFunction(n)
      if (name !== undefined) return name
    }
  return undefined
}

/** Finds the testers of a file, through aliases and helpers of any depth. */
export const testersOf = (source: ts.SourceFile): Testers => {
  const own = imported(source)
  const helpers = new Set<string>()
  if (own.size === 0) return { own, helpers }
  for (let before = -1; before !== own.size + helpers.size;) {
    before = own.size + helpers.size
    for (const node of nodes(source)) {
      if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || node.initializer === undefined)
        continue
      const alias = rootName(node.initializer)
      if (alias !== undefined && own.has(alias.text)) own.add(node.name.text)
    }
    for (const use of usesOf(source, new Set([...own, ...helpers]))) {
      const around = namedFunctionAround(use)
      if (around !== undefined) helpers.add(around)
    }
  }
  return { own, helpers }
}
