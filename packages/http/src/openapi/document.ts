/** An object of a document. What is in it is not known to be anything. */
export type Node = Readonly<Record<string, unknown>>

/** Something of a document that the generator could not, or did not, take over. */
export interface Note {
  /** Where in the document. */
  readonly at: string
  readonly what: string
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const nodeOf = (value: unknown): Node => (isNode(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
/** Own members only, in the order of their names: what is generated does not depend on the order in the document. */
export const sorted = (node: Node): readonly (readonly [string, unknown])[] =>
  Object.entries(node).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** A document, and what could not be taken over of it. */
export class Document {
  readonly root: Node
  readonly notes: Note[] = []

  /** @throws TypeError when it is no OpenAPI 3 document. */
  constructor(value: unknown) {
    if (!isNode(value)) throw new TypeError(`openapi document: expected an object, got ${typeof value}`)
    const version = textOf(value['openapi'])
    if (version === undefined || !/^3\.[01](\.\d+)?/.test(version))
      throw new TypeError(
        `openapi document: expected version 3.0 or 3.1, got ${JSON.stringify(version ?? value['swagger'] ?? null)}`,
      )
    this.root = value
  }

  note(at: string, what: string): void {
    if (!this.notes.some((n) => n.at === at && n.what === what)) this.notes.push({ at, what })
  }

  /** Follows references within the document (RFC 6901); `undefined`, and a note, where that leads nowhere. */
  resolved(value: unknown, at: string): Node | undefined {
    const been = new Set<string>()
    let node = value
    while (isNode(node) && typeof node['$ref'] === 'string') {
      const ref: string = node['$ref']
      if (been.has(ref)) {
        this.note(at, `the reference ${ref} leads back to itself`)
        return undefined
      }
      been.add(ref)
      node = this.#at(ref, at)
    }
    return isNode(node) ? node : undefined
  }

  #at(ref: string, at: string): unknown {
    if (!ref.startsWith('#')) {
      this.note(at, `the reference ${ref} leads out of the document; bundle it first`)
      return undefined
    }
    let here: unknown = this.root
    for (const part of pointer(ref)) {
      const list = Array.isArray(here)
      here = (list || isNode(here)) && Object.hasOwn(here as object, part) ? (here as Node)[part] : undefined
      if (here === undefined) {
        this.note(at, `the reference ${ref} leads nowhere`)
        return undefined
      }
    }
    return here
  }
}

const pointer = (ref: string): readonly string[] =>
  ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((part) => unescaped(part).replaceAll('~1', '/').replaceAll('~0', '~'))

const unescaped = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The name in a reference to a schema of the document's components. */
export const schemaName = (ref: string): string | undefined => {
  const [components, schemas, name, ...rest] = pointer(ref)
  return ref.startsWith('#') && components === 'components' && schemas === 'schemas' && rest.length === 0
    ? name
    : undefined
}
