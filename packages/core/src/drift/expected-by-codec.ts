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
    return inside(decoder as Tree, 0, new Map())
  } catch {
    return NOTHING
  }
}

/** What was found out, by codec and depth: a codec that has many of itself inside is asked once at each depth. */
type Known = Map<Tree, Expected[]>

const inside = (codec: Tree | undefined, depth: number, known: Known): Expected => {
  if (codec === undefined || codec === null || depth > DEEPEST) return NOTHING
  const before = known.get(codec) ?? []
  known.set(codec, before)
  return (before[depth] ??= read(codec, depth, known))
}

const read = (codec: Tree, depth: number, known: Known): Expected => {
  const next = (at: Tree | undefined): Expected => inside(at, depth + 1, known)
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
