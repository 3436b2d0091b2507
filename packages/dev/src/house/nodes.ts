import ts from 'typescript'

/** A node and all below it, parents first. */
export function* nodes(root: ts.Node): Generator<ts.Node> {
  yield root
  const children: ts.Node[] = []
  ts.forEachChild(root, (child) => void children.push(child))
  for (const child of children) yield* nodes(child)
}

/**
 * The dotted name of an expression, `globalThis.` left out: `Date.now` for `globalThis['Date'].now`. Undefined for
 * anything that is not a chain of names.
 */
export const dottedName = (node: ts.Node): string | undefined => {
  const full = (n: ts.Node): string | undefined => {
    if (ts.isIdentifier(n)) return n.text
    if (ts.isParenthesizedExpression(n) || ts.isNonNullExpression(n) || ts.isAsExpression(n))
      return full(n.expression)
    const inner =
      ts.isPropertyAccessExpression(n) || ts.isElementAccessExpression(n) ? full(n.expression) : undefined
    if (inner === undefined) return undefined
    if (ts.isPropertyAccessExpression(n)) return `${inner}.${n.name.text}`
    const key = (n as ts.ElementAccessExpression).argumentExpression
    return ts.isStringLiteralLike(key) ? `${inner}.${key.text}` : undefined
  }
  return full(node)?.replace(/^(?:globalThis|global|window|self)\./, '')
}

/** Whether an identifier is used as a value there; not where it only names a property, a declaration or a type. */
export const isValueReference = (id: ts.Identifier): boolean => {
  const { parent } = id
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === id
  if (ts.isBindingElement(parent)) return parent.initializer === id
  if (ts.isPropertyAssignment(parent)) return parent.initializer === id
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === id
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return !(
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isTypeNode(parent) ||
    ts.isQualifiedName(parent)
  )
}

/** A function of any form. */
export const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isArrowFunction(node) ||
  ts.isFunctionExpression(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node)
