/** A codec as io-ts makes it. */
export interface Codec {
  readonly _tag?: unknown
  readonly name: string
  readonly is: unknown
  readonly validate: unknown
  readonly decode: unknown
}

/**
 * Whether a codec is one that io-ts itself made: its `validate` (and, for primitives, `is`) has the source text that the
 * factories of io-ts 2.2 give. Clones with another `validate` (`withMessage`, `withFallback`), subclasses and minified
 * copies of io-ts are not recognised, and are decoded by io-ts.
 *
 * Compared by text because importing io-ts to compare with would cost every user of another schema library its load
 * time; by hash because the texts are long. `hashes` remembers the texts of one codec tree, which has few.
 */
export const isOwnCodec = (codec: Codec, hashes: Map<string, string>): boolean => {
  const known = KNOWN[String(codec._tag)]
  return known !== undefined && known.includes(fingerprint(codec, hashes))
}

/** The hash of what a codec does, by the source text of its functions. */
const fingerprint = (codec: Codec, hashes: Map<string, string>): string =>
  ASKS_IS.has(String(codec._tag))
    ? `${hashOf(codec.validate, hashes)}:${hashOf(codec.is, hashes)}`
    : hashOf(codec.validate, hashes)

const hashOf = (f: unknown, hashes: Map<string, string>): string => {
  if (typeof f !== 'function') return ''
  const text = Function.prototype.toString.call(f)
  const known = hashes.get(text) ?? hash(text)
  hashes.set(text, known)
  return known
}

/**
 * FNV-1a of a function's text, without what a bundler or the module format may change: comments, white space, quotes,
 * brackets, numbered names, prefixes of imports.
 */
const hash = (source: string): string => {
  const text = source
    .replaceAll(/\/\*.*?\*\/|\/\/.*$/gm, '')
    .replaceAll(/\bundefined\b/g, 'void 0')
    .replaceAll(/([A-Za-z])_?\d+\b/g, '$1')
    .replaceAll(/[\s(){};]+|\b0,|\b(?:exports|Either|import_Either)\./g, '')
    .replaceAll('"', "'")
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return (h >>> 0).toString(36)
}

/** Codecs whose `validate` is told apart only by the `is` that it asks. */
const ASKS_IS: ReadonlySet<string> = new Set([
  'NullType',
  'UndefinedType',
  'VoidType',
  'StringType',
  'NumberType',
  'BigIntType',
  'BooleanType',
  'AnyArrayType',
  'AnyDictionaryType',
  'ObjectType',
  'FunctionType',
])

/** A union whose `validate` chooses the member by the tag. */
const INDEXED = 'snq7bx'

/** By tag: what io-ts 2.2.20 to 2.2.22 give (records: from 2.2.21 on), in all their module formats. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  NullType: ['15oqnt6:dddwzj'],
  UndefinedType: ['15oqnt6:10gw14w'],
  VoidType: ['15oqnt6:10gw14w'],
  UnknownType: ['gcw3ey'],
  AnyType: ['gcw3ey'],
  StringType: ['15oqnt6:1o62fuq'],
  NumberType: ['15oqnt6:yar2hm'],
  BigIntType: ['15oqnt6:1csygds'],
  BooleanType: ['15oqnt6:1c2jqdl'],
  AnyArrayType: ['15oqnt6:1vkhtn4'],
  AnyDictionaryType: ['15oqnt6:19awawl'],
  ObjectType: ['15oqnt6:1t4l8d5'],
  FunctionType: ['15oqnt6:xhsthx'],
  NeverType: ['94nm4z'],
  LiteralType: ['1on1k1j'],
  KeyofType: ['1w4265x'],
  RefinementType: ['13yqwrl'],
  RecursiveType: ['16ovbof'],
  ArrayType: ['qcqqty'],
  ReadonlyArrayType: ['qcqqty'],
  InterfaceType: ['1nsxpko'],
  PartialType: ['13o3vpu'],
  DictionaryType: ['19ar20q'],
  UnionType: ['9vwj52', INDEXED],
  IntersectionType: ['56fvds'],
  TupleType: ['1l3zdin'],
}

/** Of a union: whether its `validate` chooses the member by the tag. */
export const isIndexed = (union: Codec, hashes: Map<string, string>): boolean =>
  fingerprint(union, hashes) === INDEXED
