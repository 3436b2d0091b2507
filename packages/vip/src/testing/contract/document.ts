import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'

/** Any value of the document. */
export interface Node {
  readonly [name: string]: Node
}

/** Under which name the document is known to the validator: all its references are made absolute by it. */
export const DOCUMENT = 'openapi.yaml'

/** Where the contract's text is: it ships with the package. */
const contractFile = (): string => {
  // The file's own name is what a CommonJS build has in place of `import.meta.url`.
  const here = typeof __filename === 'string' ? __filename : import.meta.url
  return createRequire(here).resolve('@xconnector/vip/openapi.yaml')
}

/** The contract as it is written, with absolute references. */
export const readDocument = (): Node => absolute(parse(readFileSync(contractFile(), 'utf8')) as Node) as Node

const absolute = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(absolute)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) =>
      name === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? [name, DOCUMENT + value]
        : [name, absolute(value)],
    ),
  )
}

/** What a node is, or refers to, within the document. */
export const resolved = (document: Node, node: Node | undefined): Node | undefined => {
  const reference: unknown = node?.$ref
  if (typeof reference !== 'string') return node
  const steps = reference.slice(reference.indexOf('#/') + 2).split('/')
  const found = steps.reduce<Node | undefined>(
    (at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  )
  if (found === undefined) throw new TypeError(`the contract refers to ${reference}, which is not there`)
  return resolved(document, found)
}
