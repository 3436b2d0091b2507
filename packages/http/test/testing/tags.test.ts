import { describe, expect, test } from 'vitest'
import { systemClock, type Result, type Tagged } from '@xconnector/core'
import {
  failureOf,
  fault,
  mockRemote,
  on,
  wireFaults,
  type RemoteFault,
  type WireFault,
  type Wrong,
} from '../../src/testing/index.js'
import type { CallOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { siteAt, WAYS, type Site } from './site.js'

const HOME = { uid: 'p1', title: 'Home' }
const ALWAYS = { times: Infinity } as const

type Verdict = `${string} ${'transient' | 'permanent' | 'unknown'}`

/** What goes wrong; how a mocked remote and a server on the wire do it; and what a call of each effect ends with. */
interface Row {
  readonly wrong: Wrong
  readonly remote: RemoteFault
  readonly wire: WireFault
  /** Of reads, and of idempotent and keyed targets. */
  readonly safe: Verdict
  /** Of unsafe targets. */
  readonly unsafe: Verdict
  /** The same under msw, whose connections stand when the answer does: what is late counts as never sent. */
  readonly underMsw?: Verdict
}

const status = (code: number, safe: Verdict, unsafe: Verdict = safe, retryAfter?: number): Row => ({
  wrong: code,
  remote: fault.status(code, { ...ALWAYS, ...(retryAfter !== undefined && { retryAfter }) }),
  wire: {
    as: 'answer',
    answer: {
      status: code,
      headers: {
        'content-type': 'application/problem+json',
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      },
      body: '{}',
    },
  },
  safe,
  unsafe,
})

const ROWS: readonly (readonly [string, Row])[] = [
  ['301', status(301, 'BadResponse permanent')],
  ['400', status(400, 'Rejected permanent')],
  ['401', status(401, 'Unauthorized permanent')],
  ['403', status(403, 'Forbidden permanent')],
  ['403 with a time', status(403, 'RateLimited transient', 'RateLimited transient', 60)],
  ['404', status(404, 'NotFound permanent')],
  ['408', status(408, 'Unavailable transient')],
  ['409', status(409, 'Conflict permanent')],
  ['409 with a time', status(409, 'Conflict transient', 'Conflict transient', 60)],
  ['410', status(410, 'Rejected permanent')],
  ['412', status(412, 'PreconditionFailed permanent')],
  ['422', status(422, 'Rejected permanent')],
  ['429', status(429, 'RateLimited transient', 'RateLimited transient', 60)],
  ['500', status(500, 'Unavailable transient', 'OutcomeUnknown unknown')],
  ['501', status(501, 'Rejected permanent')],
  ['502', status(502, 'Unavailable transient', 'OutcomeUnknown unknown')],
  ['503', status(503, 'Unavailable transient', 'Unavailable transient', 60)],
  ['504', status(504, 'Unavailable transient', 'OutcomeUnknown unknown')],
  [
    'a connection that breaks before the request is handled',
    {
      wrong: 'reset',
      remote: fault.drop(ALWAYS),
      wire: { as: 'reset', after: 'body' },
      safe: 'ConnectionLost transient',
      unsafe: 'OutcomeUnknown unknown',
    },
  ],
  [
    'an answer that is lost',
    {
      wrong: 'reset',
      remote: fault.lost(ALWAYS),
      wire: { as: 'close', after: 'body' },
      safe: 'ConnectionLost transient',
      unsafe: 'OutcomeUnknown unknown',
    },
  ],
  [
    'an answer that breaks off',
    {
      wrong: 'cut',
      remote: fault.truncated({ bytes: 3, ...ALWAYS }),
      wire: { as: 'cut', in: 'body', bytes: 3 },
      safe: 'ConnectionLost transient',
      unsafe: 'OutcomeUnknown unknown',
    },
  ],
  [
    'no JSON',
    {
      wrong: 'not-json',
      remote: fault.malformed(ALWAYS),
      wire: { as: 'answer', answer: { body: '{"this is": no JSON' } },
      safe: 'BadResponse permanent',
      unsafe: 'BadResponse permanent',
    },
  ],
  [
    'an answer that comes too late',
    {
      wrong: 'timed-out',
      remote: fault.slow(60_000, ALWAYS),
      wire: { as: 'black-hole' },
      safe: 'TimedOut transient',
      unsafe: 'OutcomeUnknown unknown',
      underMsw: 'TimedOut transient',
    },
  ],
]

const verdict = (result: Result<Tagged, unknown>): string =>
  result._tag === 'Left' ? `${result.left._tag} ${result.left.kind}` : 'Right'

// Each with a client of its own: a remote that says when to come again keeps further calls waiting.
const CALLS: readonly ((site: Site, options: CallOptions) => Promise<Result<Tagged, unknown>>)[] = [
  (site, options) => site.page.call({ uid: 'p1' }, options),
  (site, options) => site.put.call(HOME, options),
  (site, options) => site.post.call(HOME, options),
  (site, options) => site.tell.call({ text: 'a' }, options),
]

const optionsOf = ({ wrong }: Row): CallOptions => (wrong === 'timed-out' ? { timeout: '100ms' } : {})

const made = (site: Site): ReturnType<typeof mockRemote> =>
  mockRemote(site.site, [
    on(site.page, () => HOME),
    on(site.put, { path: '/pages/:uid' }, () => HOME),
    on(site.post, () => ({ revision: 1 })),
    on(site.tell, () => ({ ok: true })),
  ])

const expected = ({ safe, unsafe, underMsw }: Row, way = ''): readonly Verdict[] => [
  safe,
  safe,
  safe,
  (way.startsWith('msw') ? underMsw : undefined) ?? unsafe,
]

describe.each(WAYS)('a mocked remote by %s gives the tags of the table', (way, reach) => {
  test.each(ROWS)('%s', async (__, row) => {
    const seen: string[] = []
    for (const call of CALLS)
      await reach(made, async (site, remote) => {
        remote.fail(row.remote)
        seen.push(verdict(await call(site, optionsOf(row))))
        remote.check()
      })
    expect(seen).toEqual(expected(row, way))
  })
})

describe.each([
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
] as const)('a server on the wire gives the same, over %s', (_, options) => {
  test.each(ROWS)('%s', async (__, row) => {
    await using server = await wireFaults({ otherwise: row.wire })
    const seen: string[] = []
    for (const call of CALLS) {
      const site = siteAt(server.url, options)
      seen.push(verdict(await call(site, optionsOf(row))))
      site.site.close()
    }
    expect(seen).toEqual(expected(row))
  })
})

describe('failureOf gives the same without any network', () => {
  test.each(ROWS)('%s', (name, row) => {
    const options = name.endsWith('time') || row.wrong === 429 ? { retryAfter: 60, clock: systemClock } : {}
    const shown = (f: Tagged): string => `${f._tag} ${f.kind}`
    expect(shown(failureOf(row.wrong, options))).toBe(row.safe)
    expect(shown(failureOf(row.wrong, { ...options, effect: 'unsafe' }))).toBe(row.unsafe)
  })
})
