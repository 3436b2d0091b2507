import ts from 'typescript'
import { isFunction, nodes } from '../nodes.ts'
import { isTest } from '../places.ts'
import { fileRule, type Finding } from '../rule.ts'
import { nameOfFunction, rootName, testersOf, usesOf, type Testers } from '../testers.ts'

const OFF = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails', 'if'])
const LOGICAL = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
])

// Whether `node` is evaluated only when its parent's condition says so.
const isConditional = (node: ts.Node): boolean => {
  const { parent } = node
  if (ts.isIfStatement(parent)) return parent.expression !== node
  if (ts.isConditionalExpression(parent)) return parent.condition !== node
  if (ts.isBinaryExpression(parent)) return parent.right === node && LOGICAL.has(parent.operatorToken.kind)
  return ts.isCaseOrDefaultClause(parent) || ts.isCatchClause(parent)
}

const isDescribe = (f: ts.Node, own: ReadonlySet<string>): boolean => {
  if (!isFunction(f) || !ts.isCallExpression(f.parent)) return false
  const name = rootName(f.parent.expression)
  return name !== undefined && own.has(name.text) && /describe|suite/i.test(name.text)
}

// Up to the source file, or to a named helper, whose own uses are looked at in their turn.
const underCondition = (use: ts.Node, testers: Testers): boolean => {
  for (let n = use; n.parent !== undefined; n = n.parent) {
    if (isFunction(n) && testers.helpers.has(nameOfFunction(n) ?? '')) return false
    if (isConditional(n)) return true
  }
  return false
}

// `return`, `continue` or `break` under a condition, in a function or loop that goes on to define tests.
const leavesEarly = (node: ts.Node, testers: Testers, uses: readonly ts.Node[]): boolean => {
  const jumps = ts.isContinueStatement(node) || ts.isBreakStatement(node)
  if (!jumps && !ts.isReturnStatement(node)) return false
  for (let n: ts.Node = node, conditional = false; n.parent !== undefined; n = n.parent) {
    conditional ||= isConditional(n)
    const ends = jumps ? ts.isIterationStatement(n, false) : isFunction(n)
    if (!ends) {
      if (isFunction(n)) return false
      continue
    }
    const defines =
      jumps || isDescribe(n, testers.own) || testers.helpers.has(nameOfFunction(n as never) ?? '')
    return conditional && defines && uses.some((use) => use.pos > node.pos && use.end <= n.end)
  }
  return false
}

// test('…', { skip: true }, …) and test('…', ({ skip }) => …)
function* switchedOffInside(call: ts.CallExpression): Generator<Finding> {
  for (const argument of call.arguments) {
    if (ts.isObjectLiteralExpression(argument))
      for (const property of argument.properties) {
        const key = property.name?.getText()
        if (key !== undefined && OFF.has(key))
          yield { at: property, message: `the option "${key}" switches it off` }
      }
    if (!isFunction(argument)) continue
    const context = argument.parameters[0]?.name
    if (context === undefined) continue
    if (ts.isObjectBindingPattern(context))
      for (const element of context.elements)
        if ((element.propertyName ?? element.name).getText() === 'skip')
          yield { at: element, message: 'a test does not skip itself' }
    if (ts.isIdentifier(context) && argument.body !== undefined)
      for (const node of nodes(argument.body))
        if (
          ts.isPropertyAccessExpression(node) &&
          node.name.text === 'skip' &&
          ts.isIdentifier(node.expression) &&
          node.expression.text === context.text
        )
          yield { at: node, message: 'a test does not skip itself' }
  }
}

/** No test is switched off, marked, or defined only under a condition: what is not run proves nothing. */
export const noTestOff = fileRule('no-test-off', function* (file): Generator<Finding> {
  if (file.source === undefined || !isTest(file.path)) return
  const testers = testersOf(file.source)
  const uses = usesOf(file.source, new Set([...testers.own, ...testers.helpers]))
  for (const use of uses)
    if (underCondition(use, testers))
      yield { at: use, message: `"${use.text}" stands under a condition; define the test always` }
  for (const node of nodes(file.source)) {
    if (leavesEarly(node, testers, uses))
      yield { at: node, message: 'leaves before the tests below under a condition; define them always' }
    const tester = rootName(node)
    if (tester === undefined || !testers.own.has(tester.text)) continue
    if (ts.isPropertyAccessExpression(node) && OFF.has(node.name.text))
      yield { at: node, message: `"${node.getText()}" switches tests off` }
    if (ts.isElementAccessExpression(node) && OFF.has(node.argumentExpression.getText().slice(1, -1)))
      yield { at: node, message: `"${node.getText()}" switches tests off` }
    if (ts.isCallExpression(node)) yield* switchedOffInside(node)
  }
})
