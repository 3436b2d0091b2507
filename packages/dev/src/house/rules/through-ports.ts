import ts from 'typescript'
import { importsOf } from '../imports.ts'
import { dottedName, isValueReference, nodes } from '../nodes.ts'
import { isPort, isPublishedSource } from '../places.ts'
import { fileRule, type Finding } from '../rule.ts'

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'AbortSignal.timeout']
const TIME = ['Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime', 'process.uptime']
const CHANCE = ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues']

const BANNED: ReadonlyMap<string, string> = new Map([
  ...TIMERS.map((name) => [name, 'wait through the Clock port'] as const),
  ...TIME.map((name) => [name, 'read the time through the Clock port'] as const),
  ['Math.random', 'draw through the Random port'] as const,
])

const chance = (name: string): string | undefined =>
  CHANCE.includes(name) ? 'draw through the Random or Ids port' : undefined

const remedy = (node: ts.Node): string | undefined => {
  if (ts.isTypeQueryNode(node.parent)) return undefined
  if (ts.isIdentifier(node))
    return isValueReference(node) ? (BANNED.get(node.text) ?? chance(node.text)) : undefined
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined
  const name = dottedName(node)
  return name === undefined ? undefined : (BANNED.get(name) ?? chance(name.split('.').at(-1)!))
}

// const { now } = Date
function* destructured(node: ts.Node): Generator<Finding> {
  if (
    !ts.isVariableDeclaration(node) ||
    !ts.isObjectBindingPattern(node.name) ||
    node.initializer === undefined
  )
    return
  const from = dottedName(node.initializer)
  if (from === undefined) return
  for (const element of node.name.elements) {
    const key = (element.propertyName ?? element.name).getText()
    const name = /^(globalThis|global)$/.test(from) ? key : `${from}.${key}`
    const instead = BANNED.get(name) ?? chance(key)
    if (instead !== undefined) yield { at: element, message: `${name}: ${instead}` }
  }
}

/** Time, chance and timers come through ports, so that all waiting anywhere can be virtual. */
export const throughPorts = fileRule('through-ports', function* (file): Generator<Finding> {
  if (file.source === undefined || !isPublishedSource(file.path) || isPort(file.path)) return
  for (const { specifier, node } of importsOf(file))
    if (/^(node:)?timers(\/promises)?$/.test(specifier))
      yield { at: node, message: `${specifier}: wait through the Clock port` }
  for (const node of nodes(file.source)) {
    yield* destructured(node)
    const instead = node.parent === undefined ? undefined : remedy(node)
    if (instead !== undefined) yield { at: node, message: `${node.getText()}: ${instead}` }
    const makesDate =
      (ts.isNewExpression(node) || ts.isCallExpression(node)) && dottedName(node.expression) === 'Date'
    if (makesDate && (ts.isCallExpression(node) || (node.arguments ?? []).length === 0))
      yield { at: node, message: `${node.getText()}: read the time through the Clock port` }
  }
})
