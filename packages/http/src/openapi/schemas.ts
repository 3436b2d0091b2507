import { nodeOf, textOf, type Document } from './document.js'
import { pascal, type Names } from './names.js'
import { namesIn, shapeOf, type Shape } from './shape.js'

/** A schema of the components that is used. */
export interface NamedSchema {
  readonly identifier: string
  readonly shape: Shape
  readonly doc?: string | undefined
  /** It speaks of itself, by way of others maybe. */
  readonly recursive: boolean
}

/** The schemas that are used, found as they are asked for. */
export class Schemas {
  readonly #doc: Document
  readonly #names: Names
  readonly #found = new Map<string, { identifier: string; shape: Shape; doc?: string | undefined }>()

  constructor(doc: Document, names: Names) {
    this.#doc = doc
    this.#names = names
  }

  readonly nameOf = (name: string): string => this.#of(name).identifier

  /** Takes all that a shape speaks of. */
  use(shape: Shape): void {
    for (const name of namesIn(shape)) this.#of(name)
  }

  /** What a shape is, once its name is looked up. */
  known(shape: Shape): Shape {
    let found = shape
    for (let i = 0; found.is === 'named' && i < 32; i++) found = this.#of(found.name).shape
    return found
  }

  /** All that are used: what is spoken of comes before what speaks of it, except in circles. */
  inOrder(): readonly NamedSchema[] {
    const out: NamedSchema[] = []
    const been = new Set<string>()
    const visit = (name: string): void => {
      if (been.has(name)) return
      been.add(name)
      const { identifier, shape, doc } = this.#of(name)
      for (const other of namesIn(shape)) visit(other)
      out.push({ identifier, shape, doc, recursive: this.#reaches(name, name) })
    }
    for (const name of [...this.#found.keys()].sort()) visit(name)
    return out
  }

  #of(name: string): { identifier: string; shape: Shape; doc?: string | undefined } {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const schema = nodeOf(nodeOf(this.#doc.root['components'])['schemas'])[name]
    const entry = {
      identifier: this.#names.unique(pascal(name, 'Schema')),
      shape: { is: 'any' } as Shape,
      doc: textOf(nodeOf(schema)['description']),
    }
    this.#found.set(name, entry)
    const shape = shapeOf(this.#doc, schema, `schema ${name}`)
    entry.shape = shape
    for (const other of namesIn(shape)) this.#of(other)
    if (this.#reaches(name, name, bareNames)) {
      this.#doc.note(`schema ${name}`, 'is nothing but itself: anything is taken')
      entry.shape = { is: 'any' }
    }
    return entry
  }

  #reaches(from: string, to: string, names: (shape: Shape) => readonly string[] = namesIn): boolean {
    const been = new Set<string>()
    const open = [...names(this.#found.get(from)!.shape)]
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (name === to) return true
      if (been.has(name)) continue
      been.add(name)
      const next = this.#found.get(name)
      if (next !== undefined) open.push(...names(next.shape))
    }
    return false
  }
}

// Those that a shape is, or may be: not those of its members.
const bareNames = (shape: Shape): readonly string[] =>
  shape.is === 'named'
    ? [shape.name]
    : shape.is === 'one' || shape.is === 'all'
      ? shape.of.flatMap(bareNames)
      : []
