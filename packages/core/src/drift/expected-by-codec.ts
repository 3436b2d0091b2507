import { both, type Expected } from './expected.js'

/** A codec tree as io-ts exposes it: each kind has some of these. */
interface Tree {
  readonly _tag?: unknown
  readonly type?: Tree
  readonly types?: readonly Tree[]
  readonly props?: Readonly<Record<string, Tree>>
  readonly codomain?: Tree
  readonly keys?: object
  readonly value?: unknown
}

const DEEPEST = 12
const NOTHING: Expected = {}

/**
 * What an io-ts codec expects. Unlike the plan of a guard it need not be exact: of what io-ts cannot say (a codec of the
 * user's own) nothing is expected. Any other decoder: nothing.
 */
export const expectedBy = (decoder: unknown): Expected => {
  try {
    return inside(decoder as Tree, 0)
  } catch {
    return NOTHING
  }
}

const inside = (codec: Tree | undefined, depth: number): Expected => {
  if (codec === undefined || codec === null || depth > DEEPEST) return NOTHING
  const next = (at: Tree | undefined): Expected => inside(at, depth + 1)
  switch (codec._tag) {
    case 'InterfaceType':
    case 'StrictType':
    case 'PartialType':
      return { fields: new Map(Object.entries(codec.props ?? {}).map(([k, at]) => [k, next(at)])) }
    case 'ExactType':
    case 'ReadonlyType':
    case 'RefinementType':
    case 'RecursiveType':
      return next(codec.type)
    case 'IntersectionType':
    case 'UnionType':
    case 'TaggedUnionType':
      return (codec.types ?? []).map(next).reduce(both, NOTHING)
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { items: next(codec.type) }
    case 'TupleType':
      return { items: (codec.types ?? []).map(next).reduce(both, NOTHING) }
    case 'DictionaryType':
      return { entries: next(codec.codomain) }
    case 'LiteralType':
      return typeof codec.value === 'string' ? { texts: new Set([codec.value]) } : NOTHING
    case 'KeyofType':
      return { texts: new Set(Object.keys(codec.keys ?? {})) }
    default:
      return NOTHING
  }
}
