import * as t from 'io-ts'

/** Picks by a seed. */
export interface Pick {
  /** A number in [0, 1). */
  next(): number
}

export const int = (pick: Pick, below: number): number => Math.floor(pick.next() * below)
export const oneOf = <A>(pick: Pick, from: readonly A[]): A => from[int(pick, from.length)]!

/** Names that would be code, or a trap, if a guard did not quote them. */
export const KEYS: readonly string[] = [
  'a',
  'b',
  'kind',
  'toString',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'length',
  '0',
  '',
  '"];throw new Error("injected")//',
  "'+process.exit(1)+'",
  '`${1}`',
  '\\',
  'a\nb',
  '\u2028',
  '*/',
]

export const TEXTS: readonly string[] = ['x', '', 'yes', '"', "');//", '\\u0041', '__proto__', 'b"+b']

const leaves = (): readonly t.Mixed[] => [
  t.string,
  t.number,
  t.boolean,
  t.null,
  t.undefined,
  t.void,
  t.unknown,
  t.any,
  t.never as unknown as t.Mixed,
  t.bigint,
  t.Function,
  t.object,
  t.UnknownArray,
  t.UnknownRecord,
  t.Int,
  t.literal('x'),
  t.literal("');//"),
  t.literal(1),
  t.literal(0),
  t.literal(-1.5e300),
  t.literal(true),
  t.keyof({ x: null, yes: null, '"': null }),
  t.keyof(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, null]))),
  t.brand(t.string, (s): s is t.Branded<string, { readonly Short: symbol }> => s.length < 3, 'Short'),
  t.refinement(t.unknown, (u) => u !== 1, 'NotOne'),
]

/** io-ts cannot build a union of codecs with a literal under a name like `toString`; the first member will do then. */
const union = (members: readonly t.Mixed[]): t.Mixed => {
  try {
    return t.union(members as [t.Mixed, t.Mixed])
  } catch {
    return members[0]!
  }
}

/** A codec of at most this depth, of every kind that a guard compiles. */
export const codecOf = (pick: Pick, depth: number): t.Mixed => {
  if (depth === 0 || pick.next() < 0.25) return oneOf(pick, leaves())
  const inner = (): t.Mixed => codecOf(pick, depth - 1)
  const props = (): t.Props =>
    Object.fromEntries(Array.from({ length: int(pick, 5) }, () => [oneOf(pick, KEYS), inner()]))
  switch (int(pick, 13)) {
    case 0:
      return t.array(inner())
    case 1:
      return t.readonlyArray(inner())
    case 2:
    case 3:
    case 4:
      return t.type(props())
    case 5:
      return t.partial(props())
    case 6:
      return t.record(
        oneOf<t.Mixed>(pick, [t.string, t.brand(t.string, (s): s is never => s !== 'a', 'NotA')]),
        inner(),
      )
    case 7:
      return union([inner(), inner(), ...(pick.next() < 0.5 ? [t.undefined] : [inner()])])
    case 8:
      return union([
        t.type({ kind: t.literal('x'), a: inner() }),
        t.intersection([t.type({ kind: t.literal('yes') }), t.partial({ b: inner() })]),
        t.readonly(t.type({ a: inner(), kind: t.literal(1) })),
      ])
    case 9:
      return t.intersection([
        t.type(props()),
        t.partial(props()),
        ...(pick.next() < 0.3 ? [inner()] : []),
      ] as never)
    case 10:
      return t.tuple([inner(), inner()])
    case 11:
      return t.readonly(t.refinement(inner(), (u) => !Array.isArray(u) || u.length !== 1, 'NotSingle'))
    default: {
      const leaf = inner()
      const Node: t.Mixed = t.recursion('Node', (Self) =>
        t.intersection([t.type({ a: leaf }), t.partial({ b: Self, kind: t.array(Self) })]),
      )
      return Node
    }
  }
}
