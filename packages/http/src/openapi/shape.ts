import { isNode, listOf, nodeOf, schemaName, sorted, textOf, type Document, type Node } from './document.js'

/** What a schema says, as far as it is taken over. */
export type Shape =
  | { readonly is: 'any' | 'never' | 'text' | 'number' | 'integer' | 'flag' | 'null' }
  | { readonly is: 'literal'; readonly value: string | number | boolean }
  | { readonly is: 'list' | 'record'; readonly of: Shape }
  | { readonly is: 'object'; readonly members: readonly Member[] }
  | { readonly is: 'one' | 'all'; readonly of: readonly Shape[] }
  /** A schema of the components, by its name in the document. */
  | { readonly is: 'named'; readonly name: string }

export interface Member {
  readonly name: string
  readonly optional: boolean
  readonly shape: Shape
  readonly doc?: string | undefined
}

const ANY: Shape = { is: 'any' }
const DEEPEST = 64

const UNSUPPORTED = [
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'dependentSchemas',
  'dependentRequired',
  'contains',
  'prefixItems',
  '$dynamicRef',
  '$recursiveRef',
]
const CONSTRAINTS = [
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'propertyNames',
  'format',
]

/** Reads a schema (JSON Schema 2020-12 as OpenAPI 3.1 has it, and `nullable` of 3.0). */
export const shapeOf = (doc: Document, schema: unknown, at: string, depth = 0): Shape => {
  if (schema === true || schema === undefined) return ANY
  if (schema === false) return { is: 'never' }
  if (!isNode(schema)) return noted(doc, at, 'is no schema')
  if (depth > DEEPEST) return noted(doc, at, 'is nested too deep')
  const ref = textOf(schema['$ref'])
  if (ref !== undefined) return referred(doc, schema, ref, at, depth)
  for (const word of UNSUPPORTED)
    if (word in schema) doc.note(at, `"${word}" is not supported and not checked`)
  for (const word of CONSTRAINTS) if (word in schema) doc.note('constraints', `"${word}" is not checked`)
  const parts = [...own(doc, schema, at, depth), ...combined(doc, schema, at, depth)]
  const shape = parts.length === 0 ? ANY : joined('all', parts)
  return schema['nullable'] === true ? joined('one', [shape, { is: 'null' }]) : shape
}

const noted = (doc: Document, at: string, what: string): Shape => {
  doc.note(at, `${what}: anything is taken`)
  return ANY
}

const referred = (doc: Document, schema: Node, ref: string, at: string, depth: number): Shape => {
  const name = schemaName(ref)
  if (name !== undefined && Object.hasOwn(nodeOf(nodeOf(doc.root['components'])['schemas']), name))
    return { is: 'named', name }
  const found = doc.resolved(schema, at)
  return found === undefined ? ANY : shapeOf(doc, found, `${at} ${ref}`, depth + 8)
}

const own = (doc: Document, schema: Node, at: string, depth: number): readonly Shape[] => {
  if ('const' in schema) return [literal(doc, schema['const'], at)]
  if (Array.isArray(schema['enum']))
    return [
      schema['enum'].length === 0
        ? { is: 'never' }
        : joined(
            'one',
            schema['enum'].map((v) => literal(doc, v, at)),
          ),
    ]
  const types = typeof schema['type'] === 'string' ? [schema['type']] : listOf(schema['type'])
  if (types.length === 0)
    return 'properties' in schema || isNode(schema['additionalProperties'])
      ? [object(doc, schema, at, depth)]
      : 'items' in schema
        ? [{ is: 'list', of: shapeOf(doc, schema['items'], `${at}[]`, depth + 1) }]
        : []
  return [
    joined(
      'one',
      types.map((type) => typed(doc, schema, type, at, depth)),
    ),
  ]
}

const typed = (doc: Document, schema: Node, type: unknown, at: string, depth: number): Shape => {
  switch (type) {
    case 'string':
      return { is: 'text' }
    case 'number':
      return { is: 'number' }
    case 'integer':
      return { is: 'integer' }
    case 'boolean':
      return { is: 'flag' }
    case 'null':
      return { is: 'null' }
    case 'array':
      return { is: 'list', of: shapeOf(doc, schema['items'], `${at}[]`, depth + 1) }
    case 'object':
      return object(doc, schema, at, depth)
  }
  return noted(doc, at, `has a type that nobody knows, ${JSON.stringify(type)?.slice(0, 40)}`)
}

const object = (doc: Document, schema: Node, at: string, depth: number): Shape => {
  const required = new Set(listOf(schema['required']).filter((r) => typeof r === 'string'))
  const properties = sorted(nodeOf(schema['properties']))
  const members = properties.map(([name, value]): Member => ({
    name,
    optional: !required.has(name),
    shape: shapeOf(doc, value, `${at}.${name}`, depth + 1),
    doc: textOf(nodeOf(value)['description']),
  }))
  // What is required but not described has to be there.
  for (const name of [...required].sort())
    if (!properties.some(([known]) => known === name)) members.push({ name, optional: false, shape: ANY })
  const others = schema['additionalProperties']
  if (members.length === 0)
    return { is: 'record', of: isNode(others) ? shapeOf(doc, others, `${at}.*`, depth + 1) : ANY }
  if (isNode(others) && Object.keys(others).length > 0)
    doc.note(at, '"additionalProperties" beside properties is not checked')
  return { is: 'object', members }
}

const combined = (doc: Document, schema: Node, at: string, depth: number): readonly Shape[] => {
  const each = (word: string): readonly Shape[] =>
    listOf(schema[word]).map((s, i) => shapeOf(doc, s, `${at} ${word}[${i}]`, depth + 1))
  const [all, one, any] = [each('allOf'), each('oneOf'), each('anyOf')]
  return [
    ...all,
    ...(one.length > 0 ? [joined('one', one)] : []),
    ...(any.length > 0 ? [joined('one', any)] : []),
  ]
}

const literal = (doc: Document, value: unknown, at: string): Shape =>
  value === null
    ? { is: 'null' }
    : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? { is: 'literal', value }
      : noted(doc, at, 'has a constant that is no text, number or boolean')

/** One of several, or all of them; without repeats. */
export const joined = (is: 'one' | 'all', shapes: readonly Shape[]): Shape => {
  const flat = shapes.flatMap((s) => (s.is === is ? s.of : [s]))
  const different = [...new Map(flat.map((s) => [JSON.stringify(s), s])).values()]
  const telling = is === 'all' ? different.filter((s) => s.is !== 'any') : different
  if (is === 'one' && different.some((s) => s.is === 'any')) return ANY
  return telling.length === 0 ? ANY : telling.length === 1 ? telling[0]! : { is, of: telling }
}

/** The named schemas that a shape speaks of. */
export const namesIn = (shape: Shape): readonly string[] => {
  if (shape.is === 'named') return [shape.name]
  if (shape.is === 'object') return shape.members.flatMap((m) => namesIn(m.shape))
  if (!('of' in shape)) return []
  return Array.isArray(shape.of)
    ? (shape.of as readonly Shape[]).flatMap(namesIn)
    : namesIn(shape.of as Shape)
}
