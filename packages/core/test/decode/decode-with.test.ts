import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as t from 'io-ts'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeWith } from '../../src/decode/decode-with.js'
import { DecodeFailed, type Issue } from '../../src/failure/decode-failed.js'
import type { Result } from '../../src/result/result.js'

const issuesOf = (result: Result<DecodeFailed, unknown>): readonly Issue[] =>
  result._tag === 'Left' ? result.left.issues : []

/** A schema of no library in particular. */
const schema = <A>(
  validate: StandardSchemaV1.Props<unknown, A>['validate'],
): StandardSchemaV1<unknown, A> => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

/** Decodes where the decoder is known to be synchronous. */
const now = (decoder: Parameters<typeof decodeWith>[0], value: unknown): Result<DecodeFailed, unknown> => {
  const result = decodeWith(decoder)(value)
  if (result instanceof Promise) throw new Error('expected no promise')
  return result
}

describe('an io-ts codec', () => {
  const User = t.type({ id: t.string, tags: t.array(t.union([t.string, t.null])) })

  it('decodes at once', () => {
    expect(now(User, { id: 'a', tags: ['x', null] })).toEqual({
      _tag: 'Right',
      right: { id: 'a', tags: ['x', null] },
    })
  })

  it('says where and what was expected, in paths of the value', () => {
    expect(issuesOf(now(User, { id: 1, tags: ['x', 7] }))).toEqual([
      { path: ['id'], message: 'expected string' },
      { path: ['tags', 1], message: 'expected string' },
      { path: ['tags', 1], message: 'expected null' },
    ])
  })

  it('gives the same paths where it is not compiled', () => {
    const codec = t.intersection([
      t.strict({ a: t.union([t.type({ b: t.array(t.number) }), t.null]) }),
      t.unknown,
    ])
    expect(issuesOf(now(codec, { a: { b: [1, 'x'] } }))).toEqual([
      { path: ['a', 'b', 1], message: 'expected number' },
      { path: ['a'], message: 'expected null' },
    ])
  })

  it('cuts the name of a codec that is very long', () => {
    const wide = t.type(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field${i}`, t.string])))
    expect(issuesOf(now(wide, null))[0]?.message.length).toBeLessThan(140)
  })

  it('may transform', () => {
    const Size = new t.Type<number, string, unknown>(
      'Size',
      t.number.is,
      (u, c) => (typeof u === 'string' ? t.success(u.length) : t.failure(u, c)),
      String,
    )
    expect(now(t.type({ a: Size }), { a: 'four' })).toEqual({ _tag: 'Right', right: { a: 4 } })
  })
})

describe('a Standard Schema', () => {
  it('decodes at once where the schema does', () => {
    expect(now(z.object({ n: z.number() }), { n: 1 })).toEqual({ _tag: 'Right', right: { n: 1 } })
    expect(issuesOf(now(z.object({ list: z.array(z.number()) }), { list: [1, 'x'] }))[0]?.path).toEqual([
      'list',
      1,
    ])
  })

  it('gives a promise where the schema does', async () => {
    const later = z.string().refine(async (s) => s === 'yes', 'not yes')
    const decode = decodeWith(later)
    expect(decode('yes')).toBeInstanceOf(Promise)
    expect(await decode('yes')).toEqual({ _tag: 'Right', right: 'yes' })
    expect(issuesOf(await decode('no'))).toEqual([{ path: [], message: 'not yes' }])
  })

  it('may be a function, as those of arktype are', () => {
    const callable = Object.assign(
      () => undefined,
      schema((u) => (u === 1 ? { value: 1 } : { issues: [{ message: 'not 1' }] })),
    )
    expect(now(callable, 1)._tag).toBe('Right')
    expect(issuesOf(now(callable, 2))).toEqual([{ path: [], message: 'not 1' }])
  })

  it('may give its paths as segments or symbols', () => {
    const s = schema(() => ({ issues: [{ message: 'no', path: [{ key: 'a' }, 0, Symbol('s')] }] }))
    expect(issuesOf(now(s, {}))[0]?.path).toEqual(['a', 0, 'Symbol(s)'])
  })
})

describe('a failure never tells the value', () => {
  const CANARY = 'canary-5f2c'
  const holders: Readonly<Record<string, Parameters<typeof decodeWith>[0]>> = {
    'io-ts': t.type({ a: t.number }),
    'io-ts, not compiled': t.strict({ a: t.number }),
    'io-ts with a message that quotes': t.type({
      a: new t.Type<string, string, unknown>(
        'Quoting',
        t.string.is,
        (u, c) => t.failure(u, c, `what is ${String(u)}?`),
        (a) => a,
      ),
    }),
    zod: z.object({ a: z.literal('x') }),
    'a schema that quotes the value': schema((u) => ({
      issues: [{ message: `Expected number but received "${(u as { a: string }).a}"`, path: ['a'] }],
    })),
    'a schema that quotes all it got': schema((u) => ({ issues: [{ message: `was ${JSON.stringify(u)}` }] })),
    'a decoder that throws it': schema((u) => {
      throw new Error(`bad: ${(u as { a: string }).a}`)
    }),
    'a decoder that throws nothing but it': schema((u) => {
      throw (u as { a: string }).a
    }),
    'a decoder that rejects with it': schema(async (u) => {
      throw new RangeError(`bad: ${(u as { a: string }).a}`)
    }),
  }
  for (const [name, decoder] of Object.entries(holders))
    it(name, async () => {
      const result = await decodeWith(decoder)({ a: CANARY })
      expect(result._tag).toBe('Left')
      if (result._tag === 'Right') return
      const failure = result.left
      expect(failure).toBeInstanceOf(DecodeFailed)
      expect(failure.issues.length).toBeGreaterThan(0)
      for (const told of [
        failure.message,
        inspect(failure, { depth: 9 }),
        String(failure.stack),
        JSON.stringify(failure),
      ])
        expect(told).not.toContain(CANARY)
    })

  it('masks quoted short texts, and leaves the words of the message', () => {
    const s = schema((u) => ({ issues: [{ message: `expected a, received "${String(u)}"` }] }))
    expect(issuesOf(now(s, 'a'))[0]?.message).toBe('expected a, received "…"')
  })
})

describe('a decoder that throws', () => {
  it('gives a failure with the place of the throw as its cause', () => {
    const result = now(
      t.refinement(t.string, function boom(): boolean {
        throw new RangeError('x')
      }),
      'text',
    )
    expect(issuesOf(result)).toEqual([{ path: [], message: 'the decoder threw RangeError' }])
    const cause = result._tag === 'Left' ? (result.left.cause as Error) : undefined
    expect(cause?.stack).toContain('boom')
  })
})

describe('what is no decoder', () => {
  for (const wrong of [undefined, null, 'string', {}, (u: unknown) => u])
    it(`is refused: ${inspect(wrong)}`, () => {
      expect(() => decodeWith(wrong as never)).toThrow('expected an io-ts codec or a Standard Schema')
    })
})
