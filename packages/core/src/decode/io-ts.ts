import type { Context, Decoder, Errors, ValidationError } from 'io-ts'
import type { Issue } from '../failure/decode-failed.js'
import { left } from '../result/result.js'
import type { Verdict } from './verdict.js'
import { withoutValues } from './without-values.js'

const LONGEST = 120

/** What an io-ts issue says: the name of the codec expected there. Never the value found. */
export const expected = (name: string): string =>
  `expected ${name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name}`

/** Decodes by an io-ts codec, with issues made from its errors. */
export const byIoTs =
  // oxlint-disable-next-line typescript/no-explicit-any
  (codec: Decoder<any, unknown>) =>
    (value: unknown): Verdict<unknown> => {
      const result = codec.decode(value)
      return result._tag === 'Left' ? left(issuesOf(result.left)) : result
    }

const issuesOf = (errors: Errors): readonly Issue[] => errors.map(issueOf)

const issueOf = ({ context, message, value }: ValidationError): Issue => ({
  path: pathOf(context),
  message:
    message === undefined
      ? expected(context[context.length - 1]?.type.name ?? 'another value')
      : withoutValues(message, value),
})

/** Where in the value: the context without its root and without the members of unions and intersections. */
const pathOf = (context: Context): (string | number)[] => {
  const path: (string | number)[] = []
  for (let i = 1; i < context.length; i++) {
    const entry = context[i]!
    const parent = context[i - 1]!
    if (isMember(parent, entry.actual)) continue
    path.push(Array.isArray(parent.actual) ? Number(entry.key) : entry.key)
  }
  return path
}

interface Tree {
  readonly _tag?: string
  readonly type?: Tree
}

const isMember = (parent: Context[number], actual: unknown): boolean => {
  let type = parent.type as unknown as Tree | undefined
  while (type !== undefined && PASSED_ON.has(type._tag ?? '')) type = type.type
  const tag = type?._tag
  if (tag === 'UnionType' || tag === 'IntersectionType') return true
  return !PARENTS.has(tag ?? '') && Object.is(parent.actual, actual)
}

/** Codecs that hand their context on to the codec inside. */
const PASSED_ON: ReadonlySet<string> = new Set([
  'RefinementType',
  'ReadonlyType',
  'ExactType',
  'RecursiveType',
])

/** Codecs whose context keys are keys of the value. */
const PARENTS: ReadonlySet<string> = new Set([
  'InterfaceType',
  'StrictType',
  'PartialType',
  'DictionaryType',
  'ArrayType',
  'ReadonlyArrayType',
  'TupleType',
])
