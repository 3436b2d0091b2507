import { checkRequest } from './check-request.js'
import { checkResponse } from './check-response.js'
import { DOCUMENT, readDocument, type Node } from './document.js'
import { match, operationsOf, type Match } from './operations.js'
import { schemasOf } from './schemas.js'
import type { SeenRequest, SeenResponse } from './seen.js'
import type { Violation } from './violation.js'

/** openapi.yaml as a judge of what goes over the wire. */
export interface Contract {
  /** Judges an exchange: both sides. An empty list: it keeps the contract. */
  check(request: SeenRequest, response: SeenResponse): readonly Violation[]
  /** Judges the request alone. */
  request(request: SeenRequest): readonly Violation[]
  /** Judges the answer to a request alone. */
  response(request: SeenRequest, response: SeenResponse): readonly Violation[]
  /** Judges the JSON of an event. */
  event(event: unknown): readonly Violation[]
  /** The operation of a method and a path without query, or what is unknown of the two. */
  match(method: string, path: string): Match
  /** Judges a value by a schema of the contract, by its name: `Asset`. */
  schema(name: string, value: unknown): readonly { readonly pointer: string; readonly detail: string }[]
}

/**
 * Reads and compiles the contract (OpenAPI 3.1, JSON Schema 2020-12). Reading takes some tens of milliseconds: share the
 * value. Needs the peers `ajv`, `ajv-formats` and `yaml`.
 */
export const contract = (): Contract => {
  const document = readDocument()
  const operations = operationsOf(document)
  const schemas = schemasOf(document)
  const find: Contract['match'] = (method, path) => match(operations, method, path)
  const request: Contract['request'] = (seen) => checkRequest(schemas, find, seen)
  const response: Contract['response'] = (seen, answer) => checkResponse(schemas, find, seen, answer)
  const named = new Map<string, Node>()
  const schema: Contract['schema'] = (name, value) => {
    const known = named.get(name) ?? ({ $ref: `${DOCUMENT}#/components/schemas/${name}` } as unknown as Node)
    named.set(name, known)
    return schemas.value(known, value)
  }
  return {
    match: find,
    request,
    response,
    check: (seen, answer) => [...request(seen), ...response(seen, answer)],
    schema,
    event: (event) =>
      schema('CloudEvent', event).map(({ pointer, detail }) => ({
        side: 'event',
        of: String((event as { type?: unknown } | null)?.type),
        where: 'body',
        name: pointer,
        detail,
      })),
  }
}
