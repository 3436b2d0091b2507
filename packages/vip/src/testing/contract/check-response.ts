import { isJson, parameter, type Found } from './check-request.js'
import type { Contract } from './contract.js'
import type { DocumentedResponse } from './operations.js'
import type { Schemas } from './schemas.js'
import { mediaType, seenHeader, type SeenRequest, type SeenResponse } from './seen.js'
import type { Violation } from './violation.js'

/** Judges an answer: status, headers, media type, body. Answers to unknown paths and methods are not judged. */
export const checkResponse = (
  schemas: Schemas,
  find: Contract['match'],
  request: SeenRequest,
  response: SeenResponse,
): readonly Violation[] => {
  const path = request.path.split('?')[0]!
  const found = find(request.method, path)
  if (typeof found === 'string') return []
  const { operation } = found
  const documented = operation.responses[String(response.status)]
  const violations: readonly Found[] =
    documented === undefined
      ? [{ where: 'status', detail: `${response.status} is not in the contract` }]
      : [
          ...documented.headers.flatMap((each) =>
            parameter(schemas, each, seenHeader(response.headers, each.name)),
          ),
          // An answer to HEAD has the headers of a body, and none.
          ...(operation.method === 'HEAD' ? headBody(response) : body(schemas, documented, response)),
        ]
  const of = `${operation.method} ${path}`
  return violations.map((each) => ({ side: 'response', operation: operation.id, of, ...each }))
}

const headBody = (response: SeenResponse): readonly Found[] =>
  response.body === undefined ? [] : [{ where: 'body', name: '', detail: 'an answer to HEAD has none' }]

const body = (
  schemas: Schemas,
  { content }: DocumentedResponse,
  response: SeenResponse,
): readonly Found[] => {
  if (content === undefined)
    return response.body === undefined ? [] : [{ where: 'body', name: '', detail: 'the answer has none' }]
  const type = mediaType(response.headers)
  const schema = type === undefined ? undefined : content[type]
  if (schema === undefined) {
    const expected = Object.keys(content).join(' or ')
    return [{ where: 'media-type', detail: `must be ${expected}, is ${type ?? 'missing'}` }]
  }
  if (!isJson(type!)) return []
  if (response.body === undefined) return [{ where: 'body', name: '', detail: 'is missing' }]
  return schemas
    .value(schema, response.body)
    .map(({ pointer, detail }) => ({ where: 'body', name: pointer, detail }))
}
