import type { Effect } from '@xconnector/core'
import { listOf, nodeOf, sorted, textOf, type Document, type Node } from './document.js'
import { camel, kebab, Names } from './names.js'
import { parametersOf, type Parameter } from './parameters.js'
import type { Schemas } from './schemas.js'
import { joined, shapeOf, type Shape } from './shape.js'

/** An operation that is taken over. */
export interface Operation {
  /** Of the function in the generated client. */
  readonly identifier: string
  /** Of the target or query: in failures and events. */
  readonly name: string
  readonly method: string
  /** As the document has it. */
  readonly path: string
  readonly effect: Effect
  readonly parameters: readonly Parameter[]
  readonly body?: Sent
  readonly reply: Received
  readonly doc?: string | undefined
}

/** The body that is sent. */
export interface Sent {
  readonly member: string
  readonly required: boolean
  readonly type: string
  /** Of JSON; left out: a stream of bytes. */
  readonly shape?: Shape
}

/** What is made of an answer. */
export type Received =
  | { readonly as: 'nothing' }
  | { readonly as: 'bytes' }
  | { readonly as: 'json'; readonly shape: Shape; readonly maybeEmpty: boolean }

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
const EFFECTS: ReadonlySet<unknown> = new Set(['none', 'idempotent', 'keyed', 'unsafe'])

/** The operations of a document, by path and method. What cannot be taken over is noted. */
export const operationsOf = (doc: Document, schemas: Schemas): readonly Operation[] => {
  const identifiers = new Names()
  const names = new Names()
  const out: Operation[] = []
  for (const [path, given] of sorted(nodeOf(doc.root['paths']))) {
    const item = doc.resolved(given, `path ${path}`) ?? {}
    for (const unknown of ['trace', 'servers', '$ref'].filter((w) => w in item && w !== '$ref'))
      doc.note(`path ${path}`, `"${unknown}" is not supported`)
    for (const method of METHODS) {
      if (!(method in item)) continue
      const found = operationOf(doc, schemas, path, method, item)
      if (typeof found === 'string') doc.note(`${method.toUpperCase()} ${path}`, `is left out: ${found}`)
      else
        out.push({
          ...found,
          identifier: identifiers.unique(found.identifier),
          name: names.unique(found.name),
        })
    }
  }
  for (const word of ['webhooks'])
    if (Object.keys(nodeOf(doc.root[word])).length > 0)
      doc.note(word, 'are not generated: receive them by hooks.webhook')
  return out
}

const operationOf = (
  doc: Document,
  schemas: Schemas,
  path: string,
  method: string,
  item: Node,
): Operation | string => {
  const operation = nodeOf(item[method])
  const verb = method.toUpperCase()
  const at = `${verb} ${path}`
  if (!path.startsWith('/')) return 'its path does not begin with a slash'
  if (/[?#]/.test(path)) return 'its path has a query or a fragment'
  for (const word of ['callbacks', 'servers'])
    if (word in operation) doc.note(at, `"${word}" is not supported`)
  const members = new Names()
  const lists = [item['parameters'], operation['parameters']]
  const { all, keyed, missing } = parametersOf(doc, schemas, lists, members, at)
  if (missing !== undefined) return missing
  for (const [, name] of path.matchAll(/\{([^{}]*)\}/g))
    if (!all.some((p) => p.in === 'path' && p.name === name))
      return `its path has {${name}}, which is no parameter`
  const body = bodyOf(doc, operation['requestBody'], members, at)
  if (typeof body === 'string') return body
  if (body !== undefined && (verb === 'GET' || verb === 'HEAD'))
    return `a ${verb} with a body is not supported`
  if (body?.shape !== undefined) schemas.use(body.shape)
  const effect = effectOf(doc, operation, verb, keyed, at)
  const reply = replyOf(doc, operation['responses'], verb, effect, at)
  if (reply.as === 'json') schemas.use(reply.shape)
  const id = textOf(operation['operationId']) ?? `${method} ${path}`
  return {
    identifier: camel(id, method),
    name: kebab(id, method),
    method: verb,
    path,
    effect,
    parameters: all.filter((p) => p.in !== 'path' || path.includes(`{${p.name}}`)),
    ...(body !== undefined && { body }),
    reply,
    doc: [
      at,
      textOf(operation['summary']),
      textOf(operation['description']),
      operation['deprecated'] === true ? '@deprecated' : undefined,
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
  }
}

const effectOf = (doc: Document, operation: Node, verb: string, keyed: boolean, at: string): Effect => {
  const told = operation['x-xconnector-effect']
  if (EFFECTS.has(told)) return told as Effect
  if (told !== undefined) doc.note(at, '"x-xconnector-effect" is none of none, idempotent, keyed and unsafe')
  if (verb === 'GET' || verb === 'HEAD' || verb === 'OPTIONS') return 'none'
  if (verb === 'PUT' || verb === 'DELETE') return 'idempotent'
  return keyed ? 'keyed' : 'unsafe'
}

const isJson = (type: string): boolean => /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)
const PLAIN_TYPE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;\s*[\w-]+=[\w.-]+)*$/

const bodyOf = (doc: Document, given: unknown, members: Names, at: string): Sent | undefined | string => {
  const node = given === undefined ? undefined : doc.resolved(given, at)
  if (node === undefined) return undefined
  const types = sorted(nodeOf(node['content']))
  const required = node['required'] === true
  const member = members.unique('body')
  const json = types.find(([type]) => isJson(type))
  if (types.length > 1) doc.note(at, `of ${types.length} media types of its body one is taken`)
  if (json !== undefined) {
    const shape = shapeOf(doc, nodeOf(json[1])['schema'], `${at} body`)
    return { member, required, type: PLAIN_TYPE.test(json[0]) ? json[0] : 'application/json', shape }
  }
  const [type] =
    types.find(([t]) => PLAIN_TYPE.test(t) && !/^multipart\/|x-www-form-urlencoded/i.test(t)) ?? []
  if (type !== undefined) {
    if (!required) doc.note(at, 'its body is optional there, but not here')
    return { member, required: true, type }
  }
  if (types.length === 0) return undefined
  return `a body of ${types.map(([t]) => JSON.stringify(t.slice(0, 60))).join(', ')} is not supported`
}

const replyOf = (doc: Document, responses: unknown, verb: string, effect: Effect, at: string): Received => {
  const all = sorted(nodeOf(responses)).filter(([status]) => /^2(?:\d\d|XX)$/i.test(status))
  const good = all.length > 0 ? all : sorted(nodeOf(responses)).filter(([status]) => status === 'default')
  const shapes: Shape[] = []
  let maybeEmpty = false
  let other: string | undefined
  for (const [status, given] of good) {
    const types = sorted(nodeOf(doc.resolved(given, `${at} ${status}`)?.['content']))
    const json = types.find(([type]) => isJson(type))
    if (json !== undefined) shapes.push(shapeOf(doc, nodeOf(json[1])['schema'], `${at} ${status}`))
    else if (types.length > 0) other = types[0]![0]
    else maybeEmpty = true
  }
  if (verb === 'HEAD') return { as: 'nothing' }
  if (shapes.length > 0) {
    if (other !== undefined) doc.note(at, `an answer of ${JSON.stringify(other.slice(0, 60))} is not read`)
    return { as: 'json', shape: joined('one', shapes), maybeEmpty: maybeEmpty || other !== undefined }
  }
  if (other === undefined) return { as: 'nothing' }
  if (verb === 'GET' && effect === 'none') return { as: 'bytes' }
  doc.note(at, `an answer of ${JSON.stringify(other.slice(0, 60))} is not read`)
  return { as: 'nothing' }
}

/** What the document says of credentials, and of where the API is: for comments. */
export const surroundings = (doc: Document): readonly string[] => {
  const schemes = sorted(nodeOf(nodeOf(doc.root['components'])['securitySchemes']))
  const lines = schemes.map(([name, given]) => {
    const scheme = doc.resolved(given, `security scheme ${name}`) ?? {}
    const parts = ['type', 'scheme', 'in', 'name', 'openIdConnectUrl'].map((w) => textOf(scheme[w]))
    return `Credentials "${name}": ${parts.filter((p) => p !== undefined).join(', ')}. Give the client an \`auth\`.`
  })
  const servers = listOf(doc.root['servers']).map((s) => textOf(nodeOf(s)['url']))
  return [...servers.filter((url) => url !== undefined).map((url) => `Server: ${placeOnly(url)}`), ...lines]
}

// Neither credentials nor a query: what is written stands in a repository. A template in braces is no URL to be parsed.
const placeOnly = (url: string): string =>
  url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, '$1//').replace(/[?#].*$/s, '')
