import { posix } from 'node:path'
import ts from 'typescript'
import { nodes } from './nodes.ts'
import type { RepositoryFile } from './repository-files.ts'

/** One import of any form: a declaration, a re-export, a type, `import()` or `require()`. */
export interface Import {
  /** As written. */
  readonly specifier: string
  readonly node: ts.Node
  /** For a relative one: the path it leads to, relative to the root, as written after resolution. */
  readonly path: string | undefined
}

const specifierOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  const called =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
  return called ? node.arguments[0] : undefined
}

/** All imports of a file, type-only ones too. */
export const importsOf = (file: RepositoryFile): readonly Import[] =>
  file.source === undefined
    ? []
    : [...nodes(file.source)].flatMap((node) => {
        const literal = specifierOf(node)
        if (literal === undefined || !ts.isStringLiteralLike(literal)) return []
        const specifier = literal.text
        const path = /^\.\.?(\/|$)/.test(specifier)
          ? posix.join(posix.dirname(file.path), specifier)
          : undefined
        return [{ specifier, node, path }]
      })
