import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  failure,
  flow,
  left,
  right,
  target,
  type FileRef,
} from '../../src/index.js'
import { checkIn } from '../../src/patterns/check-in.js'
import { checkOut } from '../../src/patterns/check-out.js'
import type { BytesClaim, JsonClaim } from '../../src/patterns/claim.js'
import type { ClaimStore } from '../../src/patterns/claim-store.js'
import { memoryClaims } from '../../src/patterns/memory-claims.js'
import { release } from '../../src/patterns/release.js'
import { StoreUnavailable } from '../../src/patterns/store-unavailable.js'
import { testFlow } from '../../src/testing/index.js'
import { attemptOf, counted, upload } from './claims.js'

class Busy extends failure('Busy', 'transient')<object> {}
class Unscanned extends failure('Unscanned', 'permanent')<object> {}

const put = <A>(name = 'put') =>
  target<A, undefined, never, 'idempotent'>({
    name,
    destination: createDestination({ name: 'site' }),
    effect: 'idempotent',
    call: () => ({ result: right(undefined), seen: { as: 'ok' } }),
  })
const scanned = {
  bytes: (o: { id: string; scan: string }) => Buffer.from(o.scan),
  leave: ({ id }: { id: string }, scan: BytesClaim) => ({ id, scan }),
}
/** A store that does what another does, unless it is told to fail. */
const failing = (
  store: ClaimStore,
  fails: (what: 'put' | 'open' | 'remove') => Error | undefined,
): ClaimStore => {
  const first = async <A>(what: 'put' | 'open' | 'remove', f: () => Promise<A>): Promise<A> => {
    const failed = fails(what)
    if (failed !== undefined) throw failed
    return f()
  }
  return {
    ...store,
    put: (...args) => first('put', () => store.put(...args)),
    open: (...args) => first('open', () => store.open(...args)),
    remove: (...args) => first('remove', () => store.remove(...args)),
  }
}

describe('claim check', () => {
  test('G8: what was parked comes back, as often as it is asked for', async () => {
    const store = memoryClaims()
    const seen: unknown[] = []
    const open = flow('f')
      .input<string>()
      .via(checkIn('in', store))
      .tap('claim', (claim) => seen.push(claim))
      .map('bye', (claim) => ({ claim, body: 'Bye World' }))
      .via(checkOut('out', store, { claim: (b) => b.claim, join: (b, held) => ({ ...b, first: held }) }))
      .via(checkOut('again', store, { claim: (b) => b.claim, join: (b, held) => [b.body, b.first, held] }))
    expect(await open.run('Hello World')).toEqual(['Bye World', 'Hello World', 'Hello World'])
    expect(seen).toMatchObject([{ provider: 'claims', format: 'json', size: 13 }])
  })

  test('G8, departure: after the removal nothing comes back, and that is a failure instead of silence', async () => {
    const store = memoryClaims()
    const open = flow('f')
      .input<string>()
      .via(checkIn('in', store))
      .to(release('release', store))
      .via(checkOut('out', store))
    expect(await open.call('Hello World')).toMatchObject({
      left: { _tag: 'ClaimMissing', kind: 'permanent' },
    })
    expect(await open.recover('ClaimMissing', () => 'Bye World').run('Hello World')).toBe('Bye World')
  })

  test('G8: claims stack: what holds a claim can be parked itself', async () => {
    const store = memoryClaims()
    const open = flow('f')
      .input<string>()
      .via(checkIn('push 1', store))
      .map('more', (below) => ({ below, text: 'two' }))
      .via(checkIn('push 2', store))
      .via(checkOut('pop 2', store))
      .via(checkOut('pop 1', store, { claim: (b) => b.below, join: (b, text) => [b.text, text] }))
    expect(await open.run('one')).toEqual(['two', 'one'])
  })

  test('G8: only the part asked for is restored, the rest stays as it is now', async () => {
    const store = memoryClaims()
    const open = flow('f')
      .input<{ foo: number; body: string }>()
      .via(checkIn('foo', store, { take: (b) => b.foo, leave: (b, foo) => ({ body: b.body, foo }) }))
      .map('bye', ({ foo }) => ({ foo, body: 'Bye World' }))
      .via(checkOut('foo back', store, { claim: (b) => b.foo, join: (b, foo) => ({ ...b, foo }) }))
    expect(await open.run({ foo: 123, body: 'Hello World' })).toEqual({ foo: 123, body: 'Bye World' })
  })

  test('a hop that is tried again, and a restart, store once and send on the same claim', async () => {
    const store = memoryClaims()
    let taken = 0
    let calls = 0
    const orders = flow('orders')
      .input<{ id: string; scan: string }>()
      .via(
        checkIn('scan', store, {
          bytes: (o) => Buffer.from(`${o.scan} ${++taken}`),
          leave: ({ id }, scan) => ({ id, scan }),
        }),
      )
      .to(put<{ id: string; scan: BytesClaim }>())
      .via(
        checkOut('back', store, { claim: (o) => o.scan, join: (_, bytes) => Buffer.from(bytes).toString() }),
      )
      .to(put<string>('text'))
    await using t = testFlow(orders.otherwise(byKind()), {
      replace: { put: () => (++calls < 3 ? new Busy({}) : undefined) },
    })
    await t.give({ id: '1', scan: 'pixels' })
    await t.run(0)
    await t.restart()
    const { delivered, dead, pending } = await t.settle()
    expect([taken, calls, dead, pending]).toEqual([1, 3, [], 0])
    expect(delivered.at(-1)).toMatchObject({ target: 'text', input: 'pixels 1' })
  })

  test('is handed to a keyed target as a file: cut off before it, and opened on each attempt', async () => {
    const store = memoryClaims({ name: 'scans' })
    const sent: string[] = []
    const dam = upload(store, sent)
    const orders = flow('orders')
      .input<{ id: string; scan: string }>()
      .via(checkIn('scan', store, scanned))
      .to(dam.with((o: { scan: FileRef }) => ({ file: o.scan })))
      .to(release('release', store, (o) => o.scan))
    await using t = testFlow(orders.otherwise(byKind()))
    const { delivered, dead } = await t.send({ id: '1', scan: 'pixels' })
    expect([sent, dead]).toEqual([['pixels'], []])
    expect(delivered.map((d) => d.hop)).toEqual(['upload', 'release'])
    const { file } = delivered[0]!.input as unknown as { file: FileRef }
    expect(file).toMatchObject({
      provider: 'scans',
      size: 6,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    await expect(store.open(file)).rejects.toMatchObject({ _tag: 'ClaimMissing', claim: file.id })
  })

  test('a store that cannot write is retried like any remote, and is parked when it goes on', async () => {
    let puts = 0
    const full = new StoreUnavailable('claims', 'store a claim', { code: 'ENOSPC' })
    const store = failing(memoryClaims(), (what) => (what === 'put' && ++puts < 8 ? full : undefined))
    const parked: string[] = []
    const orders = flow('orders').input<string>().via(checkIn('in', store)).to(put<JsonClaim<string>>())
    await using t = testFlow(orders.otherwise(byKind()))
    t.runtime.events.on('parked', (e) => parked.push(e.destination))
    const { delivered, dead } = await t.sendAll(['a', 'b', 'c', 'd', 'e', 'f'])
    expect([delivered.length, dead]).toEqual([6, []])
    expect(parked.length).toBeGreaterThan(0)
    expect(full.message).toBe(
      'store "claims" cannot store a claim (ENOSPC): its disk is full: free some space, or sweep old claims',
    )
  })

  test('a stream that breaks stores nothing; its kind is that of what it broke with', async () => {
    const store = memoryClaims()
    const parks = (error: Error) =>
      checkIn('in', store, {
        bytes: () => counted([Buffer.from('a'), error]).stream,
        leave: (_: object, c) => c,
      })
    expect(await parks(new Busy({})).run({}, attemptOf('1'))).toMatchObject({
      left: { _tag: 'StreamBroken', kind: 'transient', message: 'the stream broke before its end: Busy' },
    })
    expect(await parks(new Unscanned({})).run({}, attemptOf('1'))).toMatchObject({
      left: { _tag: 'StreamBroken', kind: 'permanent' },
    })
    expect(await parks(new Error('secret')).run({}, attemptOf('1'))).toMatchObject({
      left: { _tag: 'StreamBroken', kind: 'transient', message: 'the stream broke before its end: Error' },
    })
    expect(await store.sweep('0s')).toBe(0)
  })

  const wrong: [string, { take: () => unknown; leave: () => number }, RegExp][] = [
    ['take that throws', { take: (): string => boom(), leave: () => 1 }, /"in" threw: boom/],
    ['leave that throws', { take: () => 'a', leave: (): number => boom() }, /"in" threw: boom/],
    ['a date', { take: () => ({ at: new Date(0) }), leave: () => 1 }, /at is of type Date; map it first/],
    ['a number that is none', { take: () => Number.NaN, leave: () => 1 }, /it is of type NaN/],
  ]
  test.each(wrong)('%s is StepFailed', async (_, options, message) => {
    const step = checkIn('in', memoryClaims(), options)
    expect(await step.run({}, attemptOf('1'))).toMatchObject({ left: { _tag: 'StepFailed', message } })
  })

  test('what take returns may be a failure, and a parked destination is handed on', async () => {
    const store = memoryClaims()
    const none = checkIn('in', store, { take: (): string | Unscanned => new Unscanned({}), leave: () => 1 })
    expect(await none.run({}, attemptOf('1'))).toMatchObject({ left: { _tag: 'Unscanned' } })
    const parked = { _tag: 'Parked', kind: 'transient', destination: 'cms', until: 1 } as const
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    const waits = checkIn('in', store, { bytes: () => Promise.reject(parked), leave: () => 1 })
    expect(await waits.run({}, attemptOf('1'))).toEqual(left(parked))
  })

  test('an abort ends it with the reason of the abort, and stores nothing', async () => {
    const store = memoryClaims()
    const stop = new AbortController()
    const { stream } = counted([Buffer.from('a'), Buffer.from('b')])
    const step = checkIn('in', store, {
      bytes: () => {
        stop.abort(new Error('stopping'))
        return stream
      },
      leave: () => 1,
    })
    await expect(step.run({}, attemptOf('1', stop.signal))).rejects.toThrow('stopping')
    expect([stream.destroyed, await store.sweep('0s')]).toEqual([true, 0])
  })

  test('what comes out of the store is compared with the claim', async () => {
    const store = memoryClaims()
    const made = await checkIn<string>('in', store).run('Hello', attemptOf('1'))
    const claim = (made as { right: JsonClaim<string> }).right
    const out = checkOut('out', store)
    const damaged = [
      { ...claim, size: 3 },
      { ...claim, size: 99 },
      { ...claim, sha256: '00' },
    ]
    for (const [i, found] of ['has more bytes', 'has 7 of the 99 bytes', 'has other bytes'].entries())
      expect(await out.run(damaged[i]!, attemptOf('2'))).toMatchObject({
        left: { _tag: 'ClaimDamaged', kind: 'permanent', message: expect.stringContaining(found) },
      })
  })

  test('brings nothing back whole that is larger than maxBytes', async () => {
    const store = memoryClaims()
    const open = flow('f')
      .input<string>()
      .via(checkIn('in', store))
      .via(checkOut('out', store, { maxBytes: 4 }))
    expect(await open.run('ab')).toBe('ab')
    expect(await open.call('abc')).toMatchObject({
      left: { _tag: 'StepFailed', message: /has 5 bytes, more than maxBytes \(4\): hand it to a target/ },
    })
  })

  test('a claim of another store is missing, and says of which it is', async () => {
    const [a, b] = [memoryClaims({ name: 'a' }), memoryClaims({ name: 'b' })]
    const open = flow('f').input<string>().via(checkIn('in', a)).via(checkOut('out', b))
    expect(await open.call('x')).toMatchObject({
      left: { _tag: 'ClaimMissing', message: /it is of the store "a": give that one/ },
    })
  })

  test('sweeps by age: what was put again counts as new', async () => {
    let now = 0
    const store = memoryClaims({ clock: { now: () => now } })
    const bytes = () => Buffer.from('x')
    await store.put('a', bytes)
    await store.put('b', bytes)
    now = 3_600_000
    await store.put('b', bytes)
    // A clock that goes back makes nothing older.
    now = 0
    expect(await store.sweep('1m')).toBe(0)
    now = 3_600_001
    expect([await store.sweep('1h'), await store.sweep('1h')]).toEqual([1, 0])
  })
})

const boom = (): never => {
  throw new Error('boom')
}
