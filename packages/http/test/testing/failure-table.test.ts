import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  type OutcomeUnknown,
  type Result,
  type Tagged,
  failure,
  type CircuitOpen,
  type StepFailed,
} from '@xconnector/core'
import {
  bytes,
  http,
  json,
  updateWithEtag,
  type BadResponse,
  type CallFailure,
  type Conflict,
  type ConnectFailed,
  type ConnectionLost,
  type Forbidden,
  type HttpTarget,
  type NotFound,
  type PreconditionFailed,
  type RateLimited,
  type Rejected,
  type TimedOut,
  type Unauthorized,
  type Unavailable,
} from '../../src/index.js'
import { taskOf } from '../../src/fp/index.js'

/** The tags of the guide's table, each with its class: the compiler holds them to the union, the test to the page. */
interface Table {
  readonly ConnectFailed: ConnectFailed
  readonly Unauthorized: Unauthorized
  readonly ConnectionLost: ConnectionLost
  readonly TimedOut: TimedOut
  readonly Forbidden: Forbidden
  readonly RateLimited: RateLimited
  readonly NotFound: NotFound
  readonly Conflict: Conflict
  readonly PreconditionFailed: PreconditionFailed
  readonly Unavailable: Unavailable
  readonly Rejected: Rejected
  readonly BadResponse: BadResponse
  readonly StepFailed: StepFailed
}

const TAGS: Readonly<Record<keyof Table, true>> = {
  ConnectFailed: true,
  Unauthorized: true,
  ConnectionLost: true,
  TimedOut: true,
  Forbidden: true,
  RateLimited: true,
  NotFound: true,
  Conflict: true,
  PreconditionFailed: true,
  Unavailable: true,
  Rejected: true,
  BadResponse: true,
  StepFailed: true,
}

class Odd extends failure('Odd', 'permanent')<{ n: number }> {}
class Unread extends failure('Unread', 'transient')<{ n: number }> {}

const site = http({ name: 'site', baseUrl: 'https://site.test' })
const failing = http({ name: 'f', baseUrl: 'https://site.test', destination: { whenParked: 'fail' } })
const refined = http({
  name: 'r',
  baseUrl: 'https://site.test',
  refine: (f) => (f.status === 418 ? new Odd({ n: 1 }) : undefined),
})
const put = { method: 'PUT', path: '/a' } as const

// As a flow's `to` infers it.
declare const leftOf: <E extends Tagged>(step: { call(...args: never): Promise<Result<E, unknown>> }) => E
declare const pageLeft: <E extends Tagged>(pages: {
  call(...args: never): AsyncIterable<Result<E, unknown>>
}) => E

test('the guide’s table of outcomes names each tag, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/guide/http-client.md'), 'utf8')
  const rows = /\| what happened \| tag \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)/
    .exec(page)?.[1]
    ?.trim()
    .split('\n')
  const tags = (rows ?? []).flatMap((row) =>
    [...(row.split('|')[2] ?? '').matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, tag]) => tag!),
  )
  expect([...new Set(tags)].toSorted()).toEqual(Object.keys(TAGS).toSorted())
})

test('every form of call fails with these, and with what its declaration brings', () => {
  type All = Table[keyof Table]
  expectTypeOf<CallFailure>().toEqualTypeOf<All>()

  const keyed = site.target({ name: 'keyed', ...put, effect: 'keyed' })
  const unsafe = site.target({ name: 'unsafe', ...put, effect: 'unsafe' })
  const query = site.query({ name: 'query', path: '/a' })
  const file = site.download({ name: 'file', path: '/a' })
  const list = site.pages({
    name: 'list',
    path: '/a',
    response: z.array(z.number()),
    items: (p) => p,
    next: { page: 'p' },
  })
  expectTypeOf(() => leftOf(keyed)).returns.toEqualTypeOf<All>()
  expectTypeOf(() => leftOf(unsafe)).returns.toEqualTypeOf<All | OutcomeUnknown>()
  expectTypeOf(() => leftOf(query)).returns.toEqualTypeOf<All>()
  expectTypeOf(() => leftOf(file)).returns.toEqualTypeOf<All>()
  expectTypeOf(() => pageLeft(list)).returns.toEqualTypeOf<All>()
  expectTypeOf(() => leftOf(list.page)).returns.toEqualTypeOf<All>()

  const opened = site.target({
    name: 'opened',
    ...put,
    effect: 'idempotent',
    body: bytes((n: number) => new Unread({ n })),
  })
  expectTypeOf(() => leftOf(opened)).returns.toEqualTypeOf<All | Unread>()
  const parked = failing.target({ name: 'parked', ...put, effect: 'unsafe' })
  expectTypeOf(() => leftOf(parked)).returns.toEqualTypeOf<All | CircuitOpen | OutcomeUnknown>()
  const odd = refined.query({ name: 'odd', path: '/a' })
  expectTypeOf(() => leftOf(odd)).returns.toEqualTypeOf<All | Odd>()
  const both = refined.composite({
    name: 'both',
    effect: 'unsafe',
    run: (_n: number, ctx) => keyed.call(undefined, ctx),
  })
  expectTypeOf(() => leftOf(both)).returns.toEqualTypeOf<All | OutcomeUnknown>()
  const update = updateWithEtag(site, {
    name: 'update',
    path: '/a',
    response: z.looseObject({ n: z.number() }),
    merge: (page, n: number) => ({ ...page, n }),
  })
  expectTypeOf(() => leftOf(update)).returns.toEqualTypeOf<All>()
  expectTypeOf<HttpTarget<number, void, All>>().toExtend<{ call(n: number): Promise<Result<All, void>> }>()
  expectTypeOf(taskOf(odd)).returns.returns.resolves.toExtend<Result<All | Odd, void>>()
  const posted = site.target({ name: 'p', ...put, body: json<{ n: number }>(), effect: 'keyed' })
  // @ts-expect-error the failures of a call are not forgotten
  const forgotten: (n: { n: number }) => Promise<Result<never, void>> = posted.call
  expect([both.effect, update.effect, typeof forgotten]).toEqual(['unsafe', 'idempotent', 'function'])
})
