import { resolved, type Node } from './document.js'

/** One documented operation, with what it refers to in place. */
export interface Operation {
  readonly id: string
  /** Upper case. */
  readonly method: string
  /** As in `/assets/{assetId}`. */
  readonly template: string
  readonly parameters: readonly Parameter[]
  /** Whether credentials are needed. */
  readonly secured: boolean
  readonly body?: { readonly required: boolean; readonly content: Readonly<Record<string, Node>> }
  readonly responses: Readonly<Record<string, DocumentedResponse>>
}

/** A documented parameter, or a documented header of an answer. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  /** JSON Schema 2020-12. */
  readonly schema: Node
}

/** What one status of an operation carries: no `content` means no body. */
export interface DocumentedResponse {
  readonly headers: readonly Parameter[]
  readonly content?: Readonly<Record<string, Node>>
}

/** What a method and a path lead to. `path`: no such path; `method`: the path has no such method. */
export type Match =
  | { readonly operation: Operation; readonly params: Readonly<Record<string, string>> }
  | 'path'
  | 'method'

const METHODS = ['get', 'head', 'put', 'post', 'patch', 'delete', 'options']

/** All operations of the document. */
export const operationsOf = (document: Node): readonly Operation[] =>
  Object.entries(document.paths!).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) =>
      operationOf(document, template, item, method),
    ),
  )

const operationOf = (document: Node, template: string, item: Node, method: string): Operation => {
  const own = item[method]!
  const given = [...list(item.parameters), ...list(own.parameters)]
  const body = resolved(document, own.requestBody)
  return {
    id: text(own.operationId),
    method: method.toUpperCase(),
    template,
    parameters: given.map((each) => parameterOf(resolved(document, each)!)),
    secured: list(own.security ?? document.security).length > 0,
    ...(body !== undefined && { body: { required: isTrue(body.required), content: contentOf(body)! } }),
    responses: Object.fromEntries(
      Object.entries(own.responses!).map(([status, each]) => [status, responseOf(document, each)]),
    ),
  }
}

const responseOf = (document: Node, node: Node): DocumentedResponse => {
  const response = resolved(document, node)!
  const content = contentOf(response)
  const headers = Object.entries(response.headers ?? {}).map(([name, each]) => {
    const header = resolved(document, each)!
    return { name, in: 'header' as const, required: isTrue(header.required), schema: header.schema! }
  })
  return { headers, ...(content !== undefined && { content }) }
}

const parameterOf = (node: Node): Parameter => ({
  name: text(node.name),
  in: text(node.in) as Parameter['in'],
  required: isTrue(node.required),
  schema: node.schema!,
})

const contentOf = (node: Node): Readonly<Record<string, Node>> | undefined =>
  node.content === undefined
    ? undefined
    : Object.fromEntries(Object.entries(node.content).map(([type, each]) => [type, each.schema!]))

/** Finds the operation of a request by its method and its path, without the query. */
export const match = (operations: readonly Operation[], method: string, path: string): Match => {
  const segments = path.split('/')
  const there = operations.flatMap((operation) => {
    const params = paramsOf(operation.template.split('/'), segments)
    return params === undefined ? [] : [{ operation, params }]
  })
  if (there.length === 0) return 'path'
  return there.find((each) => each.operation.method === method.toUpperCase()) ?? 'method'
}

const paramsOf = (
  template: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  if (template.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of template.entries()) {
    const segment = segments[i]!
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
    } else if (segment === '') return undefined
    else params[part.slice(1, -1)] = decoded(segment)
  }
  return params
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const list = (node: unknown): readonly Node[] => (Array.isArray(node) ? (node as readonly Node[]) : [])
const text = (node: unknown): string => String(node)
const isTrue = (node: unknown): boolean => node === true
