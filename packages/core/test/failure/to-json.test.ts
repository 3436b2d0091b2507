import { describe, expect, it } from 'vitest'
import { DecodeFailed } from '../../src/failure/decode-failed.js'
import { Failure } from '../../src/failure/failure.js'
import { failure } from '../../src/failure/own.js'
import { PartialFailure } from '../../src/failure/partial-failure.js'
import { Secret } from '../../src/failure/secret.js'
import { StepFailed } from '../../src/failure/step-failed.js'
import { failureToJson } from '../../src/failure/to-json.js'

class Rejected extends failure('Rejected', 'permanent')<Record<string, unknown>> {}

const jsonOf = (data: Record<string, unknown>): Record<string, unknown> =>
  failureToJson(new Rejected(data)) as Record<string, unknown>
const bytes = (json: unknown): number => Buffer.byteLength(JSON.stringify(json))

describe('the JSON of a failure', () => {
  it('has its tag, kind, message, data, retryAt, scope and cause', () => {
    class Busy extends Failure<'Busy', 'transient'> {
      readonly status = 503
    }
    const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', socket: { secret: 1 } })
    const busy = new Busy('Busy', 'transient', 'the site is busy', {
      cause,
      retryAt: 1_700_000_000_000,
      scope: 'destination',
    })
    expect(failureToJson(busy)).toEqual({
      _tag: 'Busy',
      kind: 'transient',
      message: 'the site is busy',
      status: 503,
      retryAt: 1_700_000_000_000,
      scope: 'destination',
      cause: { name: 'Error', message: 'socket hang up', code: 'ECONNRESET' },
    })
  })

  it('keeps the issues of a DecodeFailed, paths and words included', () => {
    const issues = [{ path: ['token', 'password', 0], message: 'expected string' }]
    expect(failureToJson(new DecodeFailed(issues))).toMatchObject({
      issues,
      message: 'token.password.0: expected string',
    })
    expect(
      failureToJson(new DecodeFailed([{ path: ['authorization'], message: 'expected string' }])),
    ).toMatchObject({
      message: 'authorization: expected string',
    })
  })

  it('tells the failures inside a PartialFailure', () => {
    const inner = new StepFailed('enrich', new TypeError('x is undefined'))
    const json = failureToJson(new PartialFailure([{ branch: 'vip', error: inner, attempts: 3 }]))
    expect(json).toMatchObject({
      _tag: 'PartialFailure',
      failed: [
        {
          branch: 'vip',
          attempts: 3,
          error: {
            _tag: 'StepFailed',
            step: 'enrich',
            message: inner.message,
            cause: { name: 'TypeError', message: 'x is undefined' },
          },
        },
      ],
    })
  })

  it('follows three causes and no more, and survives a cycle of causes', () => {
    const chain = [1, 2, 3, 4, 5].reduceRight<Error | undefined>(
      (cause, n) => new Error(`cause ${n}`, { cause }),
      undefined,
    )
    const text = JSON.stringify(failureToJson(new StepFailed('s', chain)))
    expect(text).toContain('cause 3')
    expect(text).not.toContain('cause 4')
    const looped = new Error('looped')
    looped.cause = looped
    expect(bytes(failureToJson(new StepFailed('s', looped)))).toBeLessThan(400)
  })

  it('lets no data replace what it is', () => {
    const json = failureToJson(
      Object.assign(new Rejected({ status: 410 }), { scope: 'everything', retryAt: 'soon', cause: { a: 1 } }),
    )
    expect(json).toEqual({
      _tag: 'Rejected',
      kind: 'permanent',
      message: 'Rejected',
      status: 410,
      cause: { name: 'Object', message: 'Object, which is no error, was thrown' },
    })
  })

  it('names or leaves out what JSON cannot carry', () => {
    const json = jsonOf({
      gone: undefined,
      f: () => 1,
      s: Symbol('x'),
      nan: NaN,
      big: 12n,
      at: new Date(0),
      bytes: Buffer.from('canary'),
      map: new Map([['a', 1]]),
      list: [1, undefined, () => 1, null],
      error: Object.assign(new Error('inside'), { config: { url: 'x' } }),
    })
    expect(json).toEqual({
      _tag: 'Rejected',
      kind: 'permanent',
      message: 'Rejected',
      nan: 'NaN',
      big: '12',
      at: '1970-01-01T00:00:00.000Z',
      bytes: '[Buffer, 6 bytes]',
      map: '[Map]',
      list: [1, '[undefined]', '[function]', null],
      error: { name: 'Error', message: 'inside' },
    })
  })

  it('cuts cycles, depth and length', () => {
    const looped: Record<string, unknown> = { a: 1 }
    looped['self'] = looped
    let deep: Record<string, unknown> = { bottom: 'never seen' }
    for (let i = 0; i < 20; i++) deep = { deep }
    const json = jsonOf({
      looped,
      deep,
      long: 'x'.repeat(10_000),
      list: Array.from({ length: 500 }, (_, i) => i),
    })
    expect(json['looped']).toEqual({ a: 1, self: '[cycle]' })
    expect(JSON.stringify(json['deep'])).not.toContain('never seen')
    expect(JSON.stringify(json['deep'])).toContain('too deep')
    expect((json['long'] as string).length).toBeGreaterThan(4000)
    expect(bytes(json['long'])).toBeLessThanOrEqual(4096)
    expect((json['list'] as unknown[]).at(-1)).toBe('[400 more]')
  })

  it('stays within 16 KB, keeping message and cause', () => {
    for (const filler of ['x', '\u0000', '💥', '"']) {
      const data = Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`field${i}`, filler.repeat(3000)]),
      )
      const json = failureToJson(
        new StepFailed('s', new Error(filler.repeat(9000)), filler.repeat(9000)),
      ) as Record<string, unknown>
      const wide = failureToJson(Object.assign(new StepFailed('s', new Error('why')), data)) as Record<
        string,
        unknown
      >
      expect(bytes(json)).toBeLessThanOrEqual(16 * 1024)
      expect(bytes(wide)).toBeLessThanOrEqual(16 * 1024)
      expect(bytes(wide)).toBeGreaterThan(8 * 1024)
      expect(wide['cause']).toEqual({ name: 'Error', message: 'why' })
    }
  })

  it('survives getters and proxies that throw', () => {
    const json = jsonOf({
      get bad(): string {
        return 'copied'
      },
      inner: Object.defineProperty({ ok: 1 }, 'bad', {
        enumerable: true,
        get: () => {
          throw new Error('no')
        },
      }),
      proxy: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    })
    expect(json).toMatchObject({ inner: { ok: 1, bad: '[unreadable]' }, proxy: '[unreadable]' })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(failureToJson(proxy)).toMatchObject({ message: expect.any(String) as unknown })
  })
})

describe('the JSON of what is no failure', () => {
  const axiosLike = Object.assign(new Error('Request failed with status code 401'), {
    name: 'AxiosError',
    code: 'ERR_BAD_REQUEST',
    config: { headers: { Authorization: 'Bearer canary' }, auth: { password: 'canary' } },
    request: { _header: 'Authorization: Bearer canary' },
    response: { data: { canary: 1 } },
  })
  const cases: readonly [string, unknown, unknown][] = [
    ['an error', new TypeError('x is undefined'), { name: 'TypeError', message: 'x is undefined' }],
    [
      'an error of axios',
      axiosLike,
      { name: 'AxiosError', message: 'Request failed with status code 401', code: 'ERR_BAD_REQUEST' },
    ],
    ['a text', 'boom', { name: 'string', message: 'boom' }],
    ['undefined', undefined, { name: 'undefined', message: 'undefined, which is no error, was thrown' }],
    ['null', null, { name: 'null', message: 'null, which is no error, was thrown' }],
    ['a number', 7, { name: 'number', message: '7' }],
    ['an object', { canary: 'canary' }, { name: 'Object', message: 'Object, which is no error, was thrown' }],
  ]
  for (const [name, thrown, json] of cases)
    it(`describes ${name} without walking it`, () => {
      expect(failureToJson(thrown)).toEqual(json)
    })
})

describe('credentials', () => {
  it('are masked by the key they stand under', () => {
    const keys = [
      'authorization',
      'Authorization',
      'proxy-authorization',
      'cookie',
      'Set-Cookie',
      'password',
      'secret',
      'token',
      'api_key',
      'apikey',
      'apiKey',
      'x-api-key',
      'access_token',
      'authtoken',
      'client_secret',
      'managementToken',
      'auth',
    ]
    for (const key of keys)
      for (const value of ['canary', 424242, { inner: 'canary' }, ['canary']])
        expect(JSON.stringify(jsonOf({ [key]: value, in: { [key]: value } }))).not.toMatch(/canary|424242/)
    expect(jsonOf({ author: 'Ann', status: 401, token: null })).toMatchObject({
      author: 'Ann',
      status: 401,
      token: null,
    })
  })

  it('are masked in lists of headers', () => {
    const json = jsonOf({
      rawHeaders: ['Accept', 'text/html', 'Authorization', 'canary'],
      headers: [
        ['cookie', 'canary'],
        ['accept', 'text/html'],
      ],
      sent: [
        { name: 'x-api-key', value: 'canary' },
        { name: 'accept', value: 'text/html' },
      ],
    })
    expect(JSON.stringify(json)).not.toContain('canary')
    expect(JSON.stringify(json).split('text/html').length - 1).toBe(3)
  })

  it('are masked in texts, by their shape', () => {
    const texts = [
      'sent Authorization: Bearer canary-1',
      'got bearer canary-1',
      'Basic Y2FuYXJ5OmNhbmFyeQ==canary',
      'GET https://me:canary@example.test/x',
      'GET https://example.test/x?a=1&access_token=canary&b=2',
      '{"user":"ann","password":"canary, and more"}',
      "{'client_secret': 'canary'}",
      'Set-Cookie: sid=canary; Path=/',
    ]
    for (const text of texts) {
      expect(JSON.stringify(failureToJson(new StepFailed('s', new Error(text)))), text).not.toContain(
        'canary',
      )
      expect(JSON.stringify(jsonOf({ answer: text })), text).not.toContain('canary')
      expect(JSON.stringify(failureToJson(text)), text).not.toContain('canary')
    }
    for (const plain of [
      'Unexpected token } in JSON',
      'Basic authentication is required',
      'see https://example.test/a?b=c',
    ])
      expect(jsonOf({ answer: plain })['answer']).toBe(plain)
  })

  it('in a Secret print as its label, whichever copy of the package made it', () => {
    const other = { label: 'OTHER', reveal: () => 'canary', toString: () => 'canary', toJSON: () => 'canary' }
    class Foreign {
      label = 'OTHER'
      reveal = (): string => 'canary'
      toJSON = (): string => 'canary'
    }
    expect(
      jsonOf({
        used: new Secret('canary', 'CS_TOKEN'),
        token: new Secret('canary', 'CS_TOKEN'),
        f: new Foreign(),
        token2: other,
      }),
    ).toMatchObject({
      used: '[CS_TOKEN]',
      token: '[CS_TOKEN]',
      f: '[OTHER]',
      token2: '[OTHER]',
    })
  })
})
