import type { Contract } from './contract.js'
import type { Operation, Parameter } from './operations.js'
import type { Schemas } from './schemas.js'
import { mediaType, seenHeader, type SeenRequest } from './seen.js'
import type { Violation } from './violation.js'

/** A violation, without what is the same for all of one message. */
export type Found = Omit<Violation, 'side' | 'of' | 'operation'>

/** Judges a request: path, method, credentials, parameters, media type, body. */
export const checkRequest = (
  schemas: Schemas,
  find: Contract['match'],
  request: SeenRequest,
): readonly Violation[] => {
  const [path = '', query = ''] = request.path.split(/\?(.*)/s)
  const of = `${request.method.toUpperCase()} ${path}`
  const found = find(request.method, path)
  if (typeof found === 'string') {
    const detail = found === 'path' ? 'no such path in the contract' : 'the path has no such method'
    return [{ side: 'request', of, where: found, detail }]
  }
  const { operation, params } = found
  const values = new URLSearchParams(query)
  const violations = [
    ...credentials(operation, request),
    ...operation.parameters.flatMap((each) =>
      parameter(schemas, each, textOf(each, request, params, values)),
    ),
    ...unknownQuery(operation, values),
    ...body(schemas, operation, request),
  ]
  return violations.map((each) => ({ side: 'request', operation: operation.id, of, ...each }))
}

const credentials = (operation: Operation, request: SeenRequest): readonly Found[] =>
  operation.secured && !/^Bearer \S+$/i.test(seenHeader(request.headers, 'authorization') ?? '')
    ? [{ where: 'header', name: 'Authorization', detail: 'must be a bearer token' }]
    : []

const textOf = (
  { in: where, name }: Parameter,
  request: SeenRequest,
  params: Readonly<Record<string, string>>,
  values: URLSearchParams,
): string | undefined =>
  where === 'path'
    ? params[name]
    : where === 'header'
      ? seenHeader(request.headers, name)
      : (values.get(name) ?? undefined)

/** Judges one parameter, or one header of an answer. */
export const parameter = (
  schemas: Schemas,
  { in: where, name, required, schema }: Parameter,
  value: string | undefined,
): readonly Found[] => {
  if (value === undefined) return required ? [{ where, name, detail: 'is missing' }] : []
  return schemas.text(schema, value).map(({ detail }) => ({ where, name, detail }))
}

const unknownQuery = (operation: Operation, values: URLSearchParams): readonly Found[] => {
  const known = operation.parameters.filter((each) => each.in === 'query').map((each) => each.name)
  return [...new Set(values.keys())]
    .filter((name) => !known.includes(name))
    .map((name) => ({ where: 'query', name, detail: 'is not in the contract' }))
}

const body = (schemas: Schemas, operation: Operation, request: SeenRequest): readonly Found[] => {
  const type = mediaType(request.headers)
  if (operation.body === undefined)
    return request.body === undefined ? [] : [{ where: 'body', name: '', detail: 'the operation takes none' }]
  if (type === undefined && !operation.body.required && request.body === undefined) return []
  const schema = type === undefined ? undefined : operation.body.content[type]
  if (schema === undefined) {
    const expected = Object.keys(operation.body.content).join(' or ')
    return [{ where: 'media-type', detail: `must be ${expected}, is ${type ?? 'missing'}` }]
  }
  if (!isJson(type!)) return []
  if (request.body === undefined) return [{ where: 'body', name: '', detail: 'is missing' }]
  return schemas
    .value(schema, request.body)
    .map(({ pointer, detail }) => ({ where: 'body', name: pointer, detail }))
}

/** Whether a media type is JSON: others are streamed, and not looked at. */
export const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json')
