import type { Leaf, Place, Plan, Tagged } from './guard-plan.js'
import { isIndexed, isOwnCodec, type Codec } from './io-ts-origin.js'
import { expected } from './io-ts.js'

/** A codec tree as io-ts exposes it: each kind has some of these. */
interface Tree extends Codec {
  readonly type?: Tree
  readonly types?: readonly Tree[]
  readonly props?: Readonly<Record<string, Tree>>
  readonly domain?: Tree
  readonly codomain?: Tree
  readonly keys?: object
  readonly value?: unknown
  readonly tag?: string
  readonly predicate?: unknown
}

/** What is known of one codec tree: the plans of its codecs, and the hashes of their functions. */
interface Known {
  readonly plans: Map<Tree, Plan>
  readonly hashes: Map<string, string>
}

/** Thrown inside the planner only: this codec is for io-ts to decode. */
class NotPlanned extends Error {}

/**
 * The plan of a codec; undefined where the codec, or one inside it, is not io-ts's own, transforms, or strips (`exact`,
 * `strict`, records over a closed set of keys).
 */
export const planOf = (codec: Codec): Plan | undefined => {
  if (!isBound(codec.decode)) return undefined
  try {
    return plan(codec, { plans: new Map(), hashes: new Map() })
  } catch (thrown) {
    if (thrown instanceof NotPlanned) return undefined
    throw thrown
  }
}

/** io-ts binds `decode` in the constructor; one that is not bound has been replaced. */
const isBound = (decode: unknown): boolean =>
  typeof decode === 'function' &&
  decode.name.startsWith('bound ') &&
  Function.prototype.toString.call(decode).includes('[native code]')

const plan = (codec: Tree, known: Known): Plan => {
  const before = known.plans.get(codec)
  if (before !== undefined) return before
  if (codec._tag === 'ReadonlyType') {
    const inner = need(codec.type)
    if (codec.validate !== inner.validate) throw new NotPlanned()
    return plan(inner, known)
  }
  if (!isOwnCodec(codec, known.hashes)) throw new NotPlanned()
  if (codec._tag === 'RecursiveType') {
    const made: Plan = { kind: 'recursive', inner: undefined }
    known.plans.set(codec, made)
    made.inner = plan(need(codec.type), known)
    return made
  }
  const made = planInside(codec, known)
  known.plans.set(codec, made)
  return made
}

const planInside = (codec: Tree, known: Known): Plan => {
  const place = (at: Tree): Place => ({ plan: plan(at, known), message: expected(at.name) })
  switch (codec._tag) {
    case 'LiteralType':
      return { kind: 'literal', value: codec.value }
    case 'KeyofType':
      return { kind: 'keys', keys: need(codec.keys) }
    case 'RefinementType':
      return { kind: 'refined', inner: plan(need(codec.type), known), predicate: codec.predicate }
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { kind: 'list', item: place(need(codec.type)) }
    case 'TupleType':
      return { kind: 'tuple', items: need(codec.types).map(place) }
    case 'InterfaceType':
    case 'PartialType': {
      const fields = Object.entries(need(codec.props)).map(([key, at]) => ({ key, ...place(at) }))
      return { kind: 'fields', fields, partial: codec._tag === 'PartialType' }
    }
    case 'DictionaryType': {
      const arrayToo = need(codec.codomain)._tag === 'AnyType'
      return {
        kind: 'entries',
        key: plan(need(codec.domain), known),
        value: place(need(codec.codomain)),
        arrayToo,
      }
    }
    case 'UnionType': {
      const members = need(codec.types)
      if (!isIndexed(codec, known.hashes)) return { kind: 'oneOf', members: members.map(place) }
      const tag = need(codec.tag)
      const tagged = members.map((at): Tagged => ({ ...place(at), values: tagValues(at, tag) }))
      return tagged.some((m) => m.values.length === 0) ? refuse() : { kind: 'tagged', tag, members: tagged }
    }
    case 'IntersectionType':
      return { kind: 'allOf', members: need(codec.types).map(place) }
    default:
      return { kind: 'leaf', leaf: LEAVES[String(codec._tag)] ?? refuse() }
  }
}

/** The values of the tag by which a tagged union chooses this member. */
const tagValues = (codec: Tree, tag: string): readonly unknown[] => {
  switch (codec._tag) {
    case 'InterfaceType': {
      const at = need(codec.props)[tag]
      return at?._tag === 'LiteralType' ? [at.value] : []
    }
    case 'RefinementType':
    case 'ReadonlyType':
    case 'RecursiveType':
      return tagValues(need(codec.type), tag)
    case 'IntersectionType': {
      // Two members with the tag would have to be compared as io-ts does: leave that to io-ts.
      const having = need(codec.types)
        .map((at) => tagValues(at, tag))
        .filter((values) => values.length > 0)
      return having.length > 1 ? refuse() : (having[0] ?? [])
    }
    case 'UnionType':
      return need(codec.types).flatMap((at) => tagValues(at, tag))
    default:
      return []
  }
}

const refuse = (): never => {
  throw new NotPlanned()
}

const need = <A>(part: A | undefined): A => (part === undefined ? refuse() : part)

const LEAVES: Readonly<Record<string, Leaf>> = {
  NullType: 'null',
  UndefinedType: 'undefined',
  VoidType: 'undefined',
  UnknownType: 'unknown',
  AnyType: 'unknown',
  StringType: 'string',
  NumberType: 'number',
  BigIntType: 'bigint',
  BooleanType: 'boolean',
  AnyArrayType: 'array',
  AnyDictionaryType: 'record',
  ObjectType: 'object',
  FunctionType: 'function',
  NeverType: 'never',
}
