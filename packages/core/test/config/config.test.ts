import * as t from 'io-ts'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checkConfig } from '../../src/config/check-config.js'
import { config } from '../../src/config/config.js'
import { duration, flag, integer, optional, secret, text, url } from '../../src/config/readers.js'
import { isSetting, readSetting, setting, type Setting } from '../../src/config/setting.js'
import { decoded } from '../../src/decode/decoded.js'
import { ConfigInvalid } from '../../src/failure/config-invalid.js'
import { Secret } from '../../src/failure/secret.js'

const problemsOf = (read: () => unknown): unknown => {
  try {
    read()
    return undefined
  } catch (thrown) {
    return thrown instanceof ConfigInvalid ? thrown.problems : thrown
  }
}

describe('config', () => {
  it('reads nothing until a setting is read, and then what is there at that time', () => {
    const source: Record<string, string> = {}
    const env = config({ NAME: text }, source)
    source['NAME'] = 'first'
    expect(env.NAME.read()).toBe('first')
    source['NAME'] = 'second'
    expect(env.NAME.read()).toBe('second')
  })

  it('reads process.env where no source is given', () => {
    expect(config({ PATH: text }).PATH.read()).toBe(process.env['PATH'])
  })

  it('prefers an override, and takes an empty one as missing', () => {
    const env = config({ NAME: text }, { NAME: 'real' })
    expect(env.NAME.read({ NAME: 'test' })).toBe('test')
    expect(env.NAME.read({ OTHER: 'test' })).toBe('real')
    expect(problemsOf(() => env.NAME.read({ NAME: '' }))).toEqual([
      { variable: 'NAME', expected: 'a text', missing: true },
    ])
  })

  it('finds no variable on the prototype of its source', () => {
    const env = config({ toString: text, constructor: optional(text, 'none') }, {})
    expect(problemsOf(() => env.toString.read())).toMatchObject([{ variable: 'toString', missing: true }])
    expect(env.constructor.read()).toBe('none')
  })

  it('cannot be changed', () => {
    const env = config({ NAME: text }, {})
    expect(Object.isFrozen(env) && Object.isFrozen(env.NAME)).toBe(true)
  })
})

describe('each reader', () => {
  const read = (shape: Parameters<typeof config>[0], value: string | undefined): unknown => {
    const [first] = Object.values<Setting<unknown>>(config(shape, { V: value }))
    return first!.read()
  }
  const good: readonly [string, Parameters<typeof config>[0], string | undefined, unknown][] = [
    ['text', { V: text }, ' x ', ' x '],
    ['url', { V: url }, 'https://api.example.test/v3?x=1', 'https://api.example.test/v3?x=1'],
    ['integer', { V: integer }, '-42', -42],
    ['flag', { V: flag }, 'true', true],
    ['flag', { V: flag }, '0', false],
    ['duration', { V: duration }, '90s', '90s'],
    ['optional, set', { V: optional(integer, 3) }, '5', 5],
    ['optional, not set', { V: optional(integer, 3) }, undefined, 3],
    ['optional, empty', { V: optional(integer, 3) }, '', 3],
    ['optional without a default', { V: optional(text) }, undefined, undefined],
    ['decoded by io-ts', { V: decoded(t.keyof({ eu: null, us: null })) }, 'eu', 'eu'],
    ['decoded by zod', { V: decoded(z.coerce.number()) }, '7', 7],
    ['decoded with a default of its own', { V: decoded(z.string().default('d')) }, undefined, 'd'],
  ]
  for (const [name, shape, value, is] of good)
    it(`${name} reads ${JSON.stringify(value)}`, () => {
      expect(read(shape, value)).toEqual(is)
    })

  const bad: readonly [string, Parameters<typeof config>[0], string | undefined, RegExp][] = [
    ['text', { V: text }, undefined, /a text/],
    ['secret', { V: secret }, '', /a secret/],
    ['url', { V: url }, 'localhost:3000', /URL/],
    ['url', { V: url }, 'ftp://example.test', /URL/],
    ['url', { V: url }, 'https://me:pass@example.test', /without user name and password/],
    ['integer', { V: integer }, '1.5', /an integer/],
    ['integer', { V: integer }, '0x10', /an integer/],
    ['integer', { V: integer }, '99999999999999999999', /an integer/],
    ['flag', { V: flag }, 'yes', /true, false, 1 or 0/],
    ['duration', { V: duration }, '5 minutes', /a duration/],
    ['optional', { V: optional(integer, 3) }, 'three', /an integer/],
    ['decoded by io-ts', { V: decoded(t.keyof({ eu: null, us: null })) }, 'asia', /"eu" \| "us"/],
    ['decoded by a promise', { V: decoded(z.string().refine(async () => true)) }, 'x', /without a promise/],
  ]
  for (const [name, shape, value, expected] of bad)
    it(`${name} refuses ${JSON.stringify(value)}, and does not repeat it`, () => {
      const problems = problemsOf(() => read(shape, value)) as ConfigInvalid['problems']
      expect(problems).toHaveLength(1)
      expect(problems[0]!.expected).toMatch(expected)
      expect(problems[0]!.missing).toBe(value === undefined || value === '')
      const failure = new ConfigInvalid(problems)
      if (value !== undefined && value.length > 1)
        expect(failure.message + problems[0]!.expected).not.toContain(value)
      expect(failure.message).toContain('V ')
      expect(failure.kind).toBe('permanent')
    })

  it('secret gives a Secret that prints as its variable', () => {
    const value = config({ SITE_TOKEN: secret }, { SITE_TOKEN: 'hush' }).SITE_TOKEN.read()
    expect(value).toBeInstanceOf(Secret)
    expect(value.reveal()).toBe('hush')
    expect(`${value.toString()} ${inspect(value)} ${JSON.stringify(value)}`).toBe(
      '[SITE_TOKEN] [SITE_TOKEN] "[SITE_TOKEN]"',
    )
  })
})

describe('checkConfig', () => {
  const env = config({ A: text, B: url, C: integer, D: secret }, { A: 'x', B: 'hush-b', C: 'hush-c' })

  it('reports every problem once', () => {
    const failure = checkConfig([env.A, env.B, env.C, env.D, env.B])
    expect(failure?.problems.map((p) => [p.variable, p.missing])).toEqual([
      ['B', false],
      ['C', false],
      ['D', true],
    ])
    expect(`${failure?.message} ${inspect(failure, { depth: 9 })}`).not.toContain('hush')
    expect(failure?.message).toContain('D is missing, expected a secret')
  })

  it('reports nothing where all can be read, overrides included', () => {
    expect(checkConfig(Object.values(env), { B: 'https://b.test', C: '1', D: 'd' })).toBeUndefined()
    expect(checkConfig([])).toBeUndefined()
  })

  it('lets through what is no report of a setting', () => {
    const broken = setting('X', () => {
      throw new RangeError('a bug')
    })
    expect(() => checkConfig([broken])).toThrow(RangeError)
  })
})

describe('a setting', () => {
  const env = config({ NAME: text }, { NAME: 'x' })

  it('is told from a value by its mark, which copies of the package share', () => {
    expect(isSetting(env.NAME)).toBe(true)
    expect(isSetting({ [Symbol.for('xconnector.setting')]: true, variable: 'V', read: () => 1 })).toBe(true)
    for (const other of [undefined, null, 'x', { variable: 'NAME', read: () => 'x' }, () => 'x'])
      expect(isSetting(other)).toBe(false)
  })

  it('and a value are read alike', () => {
    expect(readSetting<string>(env.NAME)).toBe('x')
    expect(readSetting<string>(env.NAME, { NAME: 'y' })).toBe('y')
    expect(readSetting<string>('plain', { NAME: 'y' })).toBe('plain')
  })
})
