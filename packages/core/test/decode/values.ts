import type * as t from 'io-ts'
import { int, KEYS, oneOf, TEXTS, type Pick } from './codecs.js'

interface Tree {
  readonly _tag: string
  readonly type: Tree
  readonly types: readonly Tree[]
  readonly props: Readonly<Record<string, Tree>>
  readonly codomain: Tree
  readonly keys: object
  readonly value: unknown
}

class Instance {
  a = 'x'
  get b(): number {
    return 1
  }
}

/** Values that tell a guard that is almost right from one that is. */
const odd = (pick: Pick): unknown =>
  oneOf<() => unknown>(pick, [
    () => NaN,
    () => -0,
    () => undefined,
    () => null,
    () => Symbol('s'),
    () => 7n,
    () => () => 'x',
    () => new Date(0),
    () => new Map([['a', 'x']]),
    () => new Instance(),
    () => Object.create({ a: 'x', kind: 'x', b: 1 }) as unknown,
    () => Object.create(null) as unknown,
    // oxlint-disable-next-line no-sparse-arrays
    () => ['x', , 'x'],
    () => Object.assign(['x'], { a: 'x', kind: 'x' }),
    () => JSON.parse('{"__proto__":{"a":"x"},"a":"x"}') as unknown,
    () => ({ a: 'x', [Symbol('hidden')]: 1 }),
    () => Object.defineProperty({ b: 1 }, 'a', { get: () => 'x', enumerable: false }),
    () => new Proxy({ a: 'x', kind: 'yes' }, {}),
    () => Object.freeze({ a: NaN, kind: 1 }),
    () => new String('x'),
    () => oneOf(pick, TEXTS),
    () => int(pick, 3),
    () => [],
    () => ({}),
    () => true,
  ])()

/** A value that the codec probably accepts, with oddities put into it now and then. */
export const valueOf = (codec: t.Mixed, pick: Pick, oddness: number): unknown =>
  made(codec as unknown as Tree, pick, oddness, 5)

const made = (codec: Tree, pick: Pick, oddness: number, depth: number): unknown => {
  if (pick.next() < oddness) return odd(pick)
  const inside = (inner: Tree): unknown => made(inner, pick, oddness, depth - 1)
  switch (codec._tag) {
    case 'StringType':
      return oneOf(pick, TEXTS)
    case 'NumberType':
      return oneOf(pick, [0, 1, -1, 2.5, 1e300])
    case 'BooleanType':
      return pick.next() < 0.5
    case 'NullType':
      return null
    case 'UndefinedType':
    case 'VoidType':
      return undefined
    case 'BigIntType':
      return 3n
    case 'FunctionType':
      return () => 1
    case 'AnyArrayType':
      return [1]
    case 'AnyDictionaryType':
    case 'ObjectType':
      return { a: 1 }
    case 'LiteralType':
      return codec.value
    case 'KeyofType':
      return oneOf(pick, Object.keys(codec.keys))
    case 'RefinementType':
    case 'ReadonlyType':
      return inside(codec.type)
    case 'RecursiveType':
      return depth <= 0 ? { a: 'x' } : inside(codec.type)
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return Array.from({ length: int(pick, 4) }, () => inside(codec.type))
    case 'TupleType':
      return [...codec.types.map(inside), ...(pick.next() < 0.05 ? ['more'] : [])]
    case 'InterfaceType':
    case 'PartialType':
      return record(codec, pick, inside)
    case 'DictionaryType':
      return Object.fromEntries(
        Array.from({ length: int(pick, 3) }, () => [oneOf(pick, KEYS), inside(codec.codomain)]),
      )
    case 'UnionType':
      return inside(oneOf(pick, codec.types))
    case 'IntersectionType': {
      const parts = codec.types.map(inside)
      return parts.every(
        (p) => typeof p === 'object' && p !== null && Object.getPrototypeOf(p) === Object.prototype,
      )
        ? Object.defineProperties(
            {},
            Object.assign({}, ...parts.map((p) => Object.getOwnPropertyDescriptors(p))) as never,
          )
        : parts[0]
    }
    default:
      return odd(pick)
  }
}

const record = (codec: Tree, pick: Pick, inside: (inner: Tree) => unknown): object => {
  const into: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(codec.props)) {
    // Left out: a missing key is not the same as one that is undefined.
    if (pick.next() < (codec._tag === 'PartialType' ? 0.4 : 0.03)) continue
    const value = inside(inner)
    const how = pick.next() < 0.05 ? { get: () => value } : { value }
    Object.defineProperty(into, key, { ...how, enumerable: true, configurable: true })
  }
  if (pick.next() < 0.2) into['extra'] = oneOf(pick, TEXTS)
  return into
}
