import { listOf, nodeOf, textOf, type Document } from './document.js'
import { camel, type Names } from './names.js'
import type { Schemas } from './schemas.js'
import { shapeOf, type Shape } from './shape.js'

/** A parameter that is taken over. */
export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  /** As it is sent. */
  readonly name: string
  /** Its member of the input. */
  readonly member: string
  readonly required: boolean
  readonly shape: Shape
  /** What joins the values of a list. `undefined`: the name is repeated. */
  readonly join?: string | undefined
  readonly doc?: string | undefined
}

export interface Parameters {
  readonly all: readonly Parameter[]
  /** The remote takes an `Idempotency-Key`. */
  readonly keyed: boolean
  /** Why the operation cannot be called. */
  readonly missing?: string
}

const OWN: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'authorization',
  'host',
  'content-length',
])

/** The parameters of an operation; those of its path item first, unless the operation has its own of that name. */
export const parametersOf = (
  doc: Document,
  schemas: Schemas,
  lists: readonly unknown[],
  members: Names,
  at: string,
): Parameters => {
  const found = new Map<string, Parameter>()
  let keyed = false
  let missing: string | undefined
  for (const given of lists.flatMap(listOf)) {
    const node = doc.resolved(given, at)
    const name = textOf(node?.['name'])
    const where = textOf(node?.['in'])
    if (node === undefined || name === undefined || name === '' || where === undefined) {
      doc.note(at, 'a parameter without name or place is left out')
      continue
    }
    const required = node['required'] === true || where === 'path'
    const lower = name.toLowerCase()
    if (where === 'header' && lower === 'idempotency-key') {
      keyed = true
      continue
    }
    if (where === 'header' && OWN.has(lower)) continue
    const shape = shapeOf(doc, node['schema'], `${at} parameter ${name}`)
    const wrong = unsupported(schemas, where, name, node, shape)
    if (wrong !== undefined) {
      doc.note(at, `the parameter "${name}" is left out: ${wrong}`)
      if (required) missing = `its required parameter "${name}" is not supported`
      continue
    }
    schemas.use(shape)
    found.set(`${where} ${where === 'header' ? lower : name}`, {
      in: where as Parameter['in'],
      name: where === 'header' ? lower : name,
      member: '',
      required,
      shape,
      join: where === 'query' ? joinOf(node) : ',',
      doc: textOf(node['description']),
    })
  }
  const all = [...found.values()].map((p) => ({ ...p, member: members.unique(memberOf(p.name)) }))
  return { all, keyed, ...(missing !== undefined && { missing }) }
}

const memberOf = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && name !== '__proto__' ? name : camel(name, 'parameter')

const unsupported = (
  schemas: Schemas,
  where: string,
  name: string,
  node: Readonly<Record<string, unknown>>,
  shape: Shape,
): string | undefined => {
  if (where === 'cookie') return 'cookies are not supported'
  if (where !== 'path' && where !== 'query' && where !== 'header') return `nobody knows where "${where}" is`
  if (where === 'header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'it is no name of a header'
  if ('content' in node) return 'a parameter with "content" is not supported'
  const style = textOf(node['style'])
  const styles = where === 'query' ? ['form', 'spaceDelimited', 'pipeDelimited'] : ['simple']
  if (style !== undefined && !styles.includes(style)) return `the style "${style}" is not supported`
  if (node['allowReserved'] === true) return '"allowReserved" is not supported'
  return isSent(schemas, shape, true) ? undefined : 'objects are not supported'
}

const isSent = (schemas: Schemas, shape: Shape, lists: boolean): boolean => {
  const known = schemas.known(shape)
  if (known.is === 'one' || known.is === 'all') return known.of.every((s) => isSent(schemas, s, false))
  if (known.is === 'list') return lists && isSent(schemas, known.of, false)
  return known.is !== 'object' && known.is !== 'record' && known.is !== 'null' && known.is !== 'never'
}

const joinOf = (node: Readonly<Record<string, unknown>>): string | undefined => {
  const style = textOf(node['style']) ?? 'form'
  if (style === 'spaceDelimited') return ' '
  if (style === 'pipeDelimited') return '|'
  return nodeOf(node)['explode'] === false ? ',' : undefined
}
