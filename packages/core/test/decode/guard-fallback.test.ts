import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/decode/guard.js'
import { guarded } from '../../src/decode/guarded.js'
import { byIoTs } from '../../src/decode/io-ts.js'

const isCompiled = (codec: object): boolean => compile(codec as never) !== undefined

/** A copy of a codec with other functions, as `withMessage` and its like make them. */
const clone = <C extends t.Mixed>(
  codec: C,
  change: Partial<Record<'validate' | 'decode' | 'is', unknown>>,
): C => Object.assign(Object.create(Object.getPrototypeOf(codec) as object), codec, change) as C

const DateFromText = new t.Type<Date, string, unknown>(
  'DateFromText',
  (u): u is Date => u instanceof Date,
  (u, c) => (typeof u === 'string' ? t.success(new Date(u)) : t.failure(u, c)),
  (d) => d.toISOString(),
)

describe('a codec is left to io-ts where', () => {
  const inner = t.type({ a: t.string })
  const custom: t.Validate<unknown, { a: string }> = () => right({ a: 'given' })
  const cases: Readonly<Record<string, object>> = {
    'it strips (exact)': t.exact(inner),
    'it strips (strict)': t.strict({ a: t.string }),
    'it strips (a record over a closed set of keys)': t.record(t.keyof({ a: null, b: null }), t.string),
    'it transforms': DateFromText,
    'it is a pipe': t.string.pipe(t.string),
    'one inside it transforms': t.array(t.type({ at: DateFromText })),
    'one inside a union strips': t.union([t.string, t.strict({ a: t.string })]),
    'its validate was replaced': clone(inner, { validate: custom }),
    'its decode was replaced': clone(inner, { decode: (u: unknown) => custom(u, []) }),
    'the is of a primitive was replaced': clone(t.string, { is: (u: unknown) => u === 'x' }),
    'it was made by the constructor with a validate of its own': new t.InterfaceType(
      'own',
      inner.is,
      custom,
      t.identity,
      inner.props,
    ),
    'one under a readonly was replaced': t.readonly(clone(inner, { validate: custom })),
    'a readonly does not do what is inside it': new t.ReadonlyType(
      'own',
      inner.is,
      custom,
      t.identity,
      inner,
    ),
    'a subclass overrides it': new (class extends t.StringType {
      override validate: t.Validate<unknown, string> = (u) => right(String(u))
    })(),
    'it has a tag of its own': Object.assign(new t.Type('own', t.string.is, t.string.validate, t.identity), {
      _tag: 'Own',
    }),
  }
  for (const [why, codec] of Object.entries(cases))
    it(why, () => {
      expect(isCompiled(codec)).toBe(false)
      const values = [
        { a: 'x', b: 1 },
        { a: 1 },
        'text',
        '2026-01-01',
        [{ at: '2026-01-01' }],
        [{ at: 1 }],
        undefined,
        7,
      ]
      for (const value of values)
        expect(guarded(codec as never)(value)).toEqual(byIoTs(codec as never)(value))
    })
})

describe('a compiled codec', () => {
  it('is any that io-ts makes and that neither transforms nor strips', () => {
    const Node: t.Mixed = t.recursion('Node', (Self) => t.type({ children: t.array(Self) }))
    const codecs: readonly object[] = [
      t.string,
      t.number,
      t.boolean,
      t.null,
      t.undefined,
      t.void,
      t.unknown,
      t.any,
      t.never,
      t.bigint,
      t.Function,
      t.object,
      t.UnknownArray,
      t.UnknownRecord,
      t.Int,
      t.Integer,
      t.literal('x'),
      t.keyof({ x: null }),
      t.array(t.string),
      t.readonlyArray(t.string),
      t.type({}),
      t.partial({}),
      t.record(t.string, t.unknown),
      t.tuple([t.string]),
      t.readonly(t.string),
      t.brand(t.string, (s): s is never => s !== '', 'B'),
      Node,
      t.union([t.string, t.null]),
      t.intersection([t.type({}), t.partial({})]),
      t.union([t.type({ k: t.literal('a') }), t.type({ k: t.literal('b') })]),
    ]
    expect(codecs.filter((codec) => !isCompiled(codec))).toEqual([])
  })

  it('leaves a missing key that may be undefined to io-ts, which adds it', () => {
    const codec = t.type({ a: t.union([t.string, t.undefined]) })
    expect(compile(codec)?.check({})).toBe(2)
    const result = guarded(codec)({})
    expect(result._tag === 'Right' && Object.hasOwn(result.right as object, 'a')).toBe(true)
  })

  it('gives a valid value itself, not a copy', () => {
    const value = { a: 'x', more: 1 }
    const result = guarded(t.type({ a: t.string }) as never)(value)
    expect(result._tag === 'Right' && result.right === value).toBe(true)
  })

  it('follows a recursive codec 2,000 deep', () => {
    const Node: t.Mixed = t.recursion('Node', (Self) => t.partial({ next: Self, n: t.number }))
    let good: object = { n: 1 }
    for (let i = 0; i < 2000; i++) good = { next: good }
    expect(compile(Node as never)?.check(good)).toBe(1)
  })

  it('stays small where codecs are shared, however often', () => {
    let codec: t.Mixed = t.type({ a: t.string, b: t.number, c: t.union([t.string, t.null]) })
    for (let i = 0; i < 40; i++) codec = t.type({ left: codec, right: codec }, `Level${i}`)
    expect(isCompiled(codec)).toBe(true)
  })

  it('runs nothing that a key, a literal or a name holds', () => {
    const hostile = `"];globalThis.injected=true;//'\`\${globalThis.injected=true}\u2028\\`
    const codec = t.type({
      [hostile]: t.literal(hostile),
      other: t.keyof({ [hostile]: null }),
      more: t.type({ a: t.string }, hostile),
    })
    const decode = guarded(codec)
    expect(decode({ [hostile]: hostile, other: hostile, more: { a: 'x' } })._tag).toBe('Right')
    expect(decode({ [hostile]: 'x', other: hostile, more: null })).toEqual({
      _tag: 'Left',
      left: [
        { path: [hostile], message: expect.stringContaining('expected ') as unknown },
        { path: ['more'], message: `expected ${hostile}` },
      ],
    })
    expect('injected' in globalThis).toBe(false)
  })
})

it('decodes alike in a process that may not generate code', () => {
  const child = fileURLToPath(new URL('without-code-generation.mjs', import.meta.url))
  const run = (...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, child], { encoding: 'utf8' })
  const free = JSON.parse(run()) as { compiled: boolean; verdicts: unknown }
  const bound = JSON.parse(run('--disallow-code-generation-from-strings')) as typeof free
  expect(free.compiled).toBe(true)
  expect(bound.compiled).toBe(false)
  expect(bound.verdicts).toEqual(free.verdicts)
  expect(JSON.stringify(bound.verdicts)).toContain('expected number')
})
