import ts from 'typescript'

/** A change of one place of a file. Offsets count UTF-16 units, `end` is behind the last. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** One way to make a fault at a node: nothing where it does not apply. */
type Operator = (node: ts.Node, text: (node: ts.Node) => string) => readonly Edit[]

const K = ts.SyntaxKind

const replace = (node: ts.Node, text: string): Edit => ({ start: node.getStart(), end: node.end, text })

const swapped = (a: ts.Node, b: ts.Node, text: (node: ts.Node) => string): Edit => {
  const source = a.getSourceFile().text
  const between = source.slice(a.end, b.getStart())
  return { start: a.getStart(), end: b.end, text: `${text(b)}${between}${text(a)}` }
}

const token =
  (pairs: readonly (readonly [ts.SyntaxKind, string])[]): Operator =>
  (node) => {
    if (!ts.isBinaryExpression(node)) return []
    const found = pairs.find(([kind]) => kind === node.operatorToken.kind)
    return found === undefined ? [] : [replace(node.operatorToken, found[1])]
  }

// A condition as a whole: those of `?:` and of `if` with an `else` are left to the swap, which is the same fault.
const negate: Operator = (node, text) => {
  const whole =
    (ts.isIfStatement(node) && node.elseStatement === undefined) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node)
      ? node.expression
      : ts.isForStatement(node)
        ? node.condition
        : undefined
  if (whole !== undefined) return [replace(whole, `!(${text(whole)})`)]
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken && !isWholeCondition(node))
    return [replace(node, `(${text(node.operand)})`)]
  return []
}

const isWholeCondition = (node: ts.Node): boolean => {
  const { parent } = node
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return parent.expression === node
  return (
    (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) &&
    (parent as { condition?: ts.Node }).condition === node
  )
}

const NEGATED = token([
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
])
const negateEquality: Operator = (node, text) =>
  ts.isBinaryExpression(node) && !isWholeCondition(node) ? NEGATED(node, text) : []

const swapBranches: Operator = (node, text) => {
  if (ts.isConditionalExpression(node)) return [swapped(node.whenTrue, node.whenFalse, text)]
  if (!ts.isIfStatement(node) || node.elseStatement === undefined) return []
  // `else if` goes into braces: it may have an `else` of its own.
  const { thenStatement: a, elseStatement: b } = node
  return [{ start: a.getStart(), end: b.end, text: `{ ${text(b)} }\nelse { ${text(a)} }` }]
}

const dropAwait: Operator = (node, text) =>
  ts.isAwaitExpression(node) ? [replace(node, `(${text(node.expression)})`)] : []

const dropStatement: Operator = (node) => {
  if (!ts.isExpressionStatement(node)) return []
  const call = node.expression
  if (ts.isCallExpression(call) && call.expression.kind === K.SuperKeyword) return []
  return [replace(node, ';')]
}

const returnEarly: Operator = (node) => {
  if (!ts.isBlock(node) || !ts.isFunctionLike(node.parent) || node.statements.length < 2) return []
  return node.statements
    .slice(1)
    .filter((s) => !ts.isReturnStatement(s))
    .map((s) => ({ start: s.getStart(), end: s.getStart(), text: 'return; ' }))
}

const changeBoundary = token([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
])

const changeLogic = token([
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
])

const dropDefault: Operator = (node, text) =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === K.QuestionQuestionToken
    ? [replace(node, `(${text(node.right)})`)]
    : []

const changeArithmetic: Operator = (node, text) => {
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const other = node.operator === K.PlusPlusToken ? '--' : node.operator === K.MinusMinusToken ? '++' : ''
    const { operand } = node
    if (other === '') return []
    return [replace(node, ts.isPrefixUnaryExpression(node) ? other + text(operand) : text(operand) + other)]
  }
  if (ts.isCallExpression(node) && /^Math\.(?:min|max)$/.test(text(node.expression)))
    return [replace(node.expression, text(node.expression) === 'Math.min' ? 'Math.max' : 'Math.min')]
  return token([
    [K.PlusToken, '-'],
    [K.MinusToken, '+'],
    [K.AsteriskToken, '/'],
    [K.SlashToken, '*'],
    [K.PlusEqualsToken, '-='],
    [K.MinusEqualsToken, '+='],
  ])(node, text)
}

const changeValue: Operator = (node) => {
  if (node.parent !== undefined && ts.isLiteralTypeNode(node.parent)) return []
  if (node.kind === K.TrueKeyword) return [replace(node, 'false')]
  if (node.kind === K.FalseKeyword) return [replace(node, 'true')]
  if (ts.isNumericLiteral(node) && isSmall(node))
    return [replace(node, OTHER[node.text] ?? `${Number(node.text) + 1}`)]
  if (ts.isStringLiteral(node) && node.text !== '' && ts.isExpression(node) && isPlainText(node))
    return [replace(node, "''")]
  return []
}

// A large number is a choice (how long, how many), and one more of it no fault.
const isSmall = ({ text }: ts.NumericLiteral): boolean => /^\d$/.test(text)
const OTHER: Readonly<Record<string, string>> = { 0: '1', 1: '0' }

// Not a key, a path or a directive.
const isPlainText = ({ parent }: ts.StringLiteral): boolean =>
  ts.isPropertyAssignment(parent) ||
  ts.isBinaryExpression(parent) ||
  ts.isConditionalExpression(parent) ||
  ts.isVariableDeclaration(parent) ||
  ts.isReturnStatement(parent) ||
  ts.isArrowFunction(parent)

const emptyArray: Operator = (node) =>
  ts.isArrayLiteralExpression(node) && node.elements.length > 0 && !isAssignedTo(node)
    ? [replace(node, '[]')]
    : []

const isAssignedTo = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node &&
  node.parent.operatorToken.kind === K.EqualsToken

const dropProperty: Operator = (node) => {
  if (!ts.isObjectLiteralExpression(node) || isAssignedTo(node)) return []
  return node.properties.map((p) => {
    const after = /^\s*,/.exec(node.getSourceFile().text.slice(p.end))?.[0].length ?? 0
    return { start: p.getStart(), end: p.end + after, text: '' }
  })
}

const changeQuantifier: Operator = (node, text) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { name, expression } = node.expression
  if (name.text === 'some') return [replace(name, 'every')]
  if (name.text === 'every') return [replace(name, 'some')]
  return name.text === 'filter' && node.arguments.length === 1
    ? [{ start: node.getStart(), end: node.end, text: text(expression) }]
    : []
}

/** The faults, by name: those of hurried hands. */
export const operators: Readonly<Record<string, Operator>> = {
  negate,
  'negate equality': negateEquality,
  'swap branches': swapBranches,
  'drop await': dropAwait,
  'drop statement': dropStatement,
  'return early': returnEarly,
  'change boundary': changeBoundary,
  'change logic': changeLogic,
  'drop default': dropDefault,
  'change arithmetic': changeArithmetic,
  'change value': changeValue,
  'empty array': emptyArray,
  'drop property': dropProperty,
  'change quantifier': changeQuantifier,
}

// What a failure or a log line says is wording, which tests are not asked to pin; types have no behaviour.
const isWording = (node: ts.Node): boolean =>
  ts.isThrowStatement(node) ||
  (ts.isNewExpression(node) &&
    /(?:Error|Exception|Failed|Exceeded|Unknown)$/.test(node.expression.getText())) ||
  (ts.isCallExpression(node) && /\blog\.(?:warn|info|error|debug)$/.test(node.expression.getText()))

const isOutside = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node)

/** A place and a fault that can be put there. */
export interface Fault extends Edit {
  readonly operator: string
}

/** Every fault that the operators can put into a file, in the order of the text. */
export const faultsOf = (source: ts.SourceFile): readonly Fault[] => {
  const text = (node: ts.Node): string => node.getText(source)
  const faults: Fault[] = []
  const visit = (node: ts.Node): void => {
    if (isOutside(node)) return
    for (const [operator, apply] of Object.entries(operators))
      for (const edit of apply(node, text)) faults.push({ operator, ...edit })
    if (!isWording(node)) ts.forEachChild(node, visit)
  }
  visit(source)
  return faults.sort((a, b) => a.start - b.start || a.end - b.end)
}
