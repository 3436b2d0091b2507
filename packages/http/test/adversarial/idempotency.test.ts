import { left, right } from '@xconnector/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { memoryIdempotency, type IdempotencyStore } from '../../src/index.js'
import { kit, turns } from '../support/endpoint-kit.js'

/** An endpoint that counts what it does, and says who asked. */
const counting = (
  options: { readonly store?: IdempotencyStore; readonly work?: () => Promise<unknown> } = {},
) => {
  const k = kit()
  let done = 0
  k.hooks.endpoint({
    method: 'POST',
    path: '/pay/:account',
    body: z.unknown(),
    authorize: (request) => {
      const who = request.header('x-who')
      return who === undefined ? { ok: false, reason: 'missing' } : { ok: true, caller: who }
    },
    flow: {
      name: 'pay',
      call: async (who: string) => {
        done++
        await options.work?.()
        return right({ who, done })
      },
    },
    input: ({ caller }) => caller,
    idempotency: { store: options.store ?? memoryIdempotency(), scope: ({ caller }) => caller },
  })
  const pay = (who: string, key: string, body: object = {}, path = '/pay/1') =>
    k.ask('POST', path, { headers: { 'x-who': who, 'idempotency-key': key }, body })
  return { ...k, pay, done: () => done }
}

test('nobody gets the answer of another by guessing a key, whatever stands in key and scope', async () => {
  const { pay, done } = counting()
  expect((await pay('ann', '"k"')).json).toEqual({ who: 'ann', done: 1 })
  expect((await pay('bob', '"k"')).json).toEqual({ who: 'bob', done: 2 })
  // A scope that ends as the key begins is another scope.
  expect((await pay('an', '"nk"')).json).toEqual({ who: 'an', done: 3 })
  expect((await pay('ann', '"k"')).json).toEqual({ who: 'ann', done: 1 })
  expect(done()).toBe(3)
})

test('one key for another account, query or body is 422, and nothing is done', async () => {
  const { pay, done } = counting()
  await pay('ann', '"k"', { amount: 1 })
  expect((await pay('ann', '"k"', { amount: 2 })).status).toBe(422)
  expect((await pay('ann', '"k"', { amount: 1 }, '/pay/2')).status).toBe(422)
  expect((await pay('ann', '"k"', { amount: 1 }, '/pay/1?twice=1')).status).toBe(422)
  expect(done()).toBe(1)
})

test('who may not call learns nothing of a key, and takes none', async () => {
  const { ask, pay, done } = counting()
  await pay('ann', '"k"')
  const stranger = await ask('POST', '/pay/1', { headers: { 'idempotency-key': '"k"' }, body: {} })
  expect(stranger.status).toBe(401)
  expect(done()).toBe(1)
})

test('a key that is none is 400, and the work is not done without it', async () => {
  const { pay, done } = counting()
  for (const key of ['k', '""', '"a", "b"', `"${'k'.repeat(256)}"`, '"k', '?1', '1'])
    expect([key, (await pay('ann', key)).status]).toEqual([key, 400])
  expect(done()).toBe(0)
})

test('the second of two at once is 409 while the first is at work, and gets its answer after', async () => {
  let go = (): void => {}
  const wait = new Promise<void>((resolve) => (go = resolve))
  const { pay, done } = counting({ work: () => wait })
  const first = pay('ann', '"k"')
  await turns()
  expect(await pay('ann', '"k"')).toMatchObject({ status: 409, headers: { 'retry-after': '1' } })
  go()
  expect((await first).json).toEqual({ who: 'ann', done: 1 })
  expect((await pay('ann', '"k"')).json).toEqual({ who: 'ann', done: 1 })
  expect(done()).toBe(1)
})

test('a reservation is renewed while the work lasts longer than its lease', async () => {
  let go = (): void => {}
  const wait = new Promise<void>((resolve) => (go = resolve))
  const k = kit()
  const store = memoryIdempotency()
  let done = 0
  k.hooks.endpoint({
    method: 'POST',
    path: '/slow',
    body: z.unknown(),
    authorize: () => ({ ok: true, caller: 'ann' }),
    flow: { name: 'slow', call: () => (done++, wait.then(() => right({ done }))) },
    input: () => undefined,
    timeout: '10m',
    idempotency: { store, scope: () => 'ann', lease: '3s' },
  })
  const ask = () => k.ask('POST', '/slow', { headers: { 'idempotency-key': '"k"' }, body: {} })
  const first = ask()
  await turns()
  for (let i = 0; i < 10; i++) {
    k.clock.advance(1000)
    await turns(3)
  }
  expect((await ask()).status).toBe(409)
  expect(done).toBe(1)
  go()
  expect((await first).json).toEqual({ done: 1 })
})

test('what failed for now may be tried again under its key, and what failed for good may not', async () => {
  const tried = async (kind: 'transient' | 'poison') => {
    const k = kit()
    let done = 0
    k.hooks.endpoint({
      method: 'POST',
      path: '/f',
      body: z.unknown(),
      authorize: () => ({ ok: true, caller: 'ann' }),
      flow: { name: 'f', call: async () => (done++, left({ _tag: 'Failed' as const, kind })) },
      input: () => undefined,
      failures: { Failed: kind === 'transient' ? 503 : 409 },
      idempotency: { store: memoryIdempotency(), scope: () => 'ann' },
    })
    const ask = () => k.ask('POST', '/f', { headers: { 'idempotency-key': '"k"' }, body: {} })
    await ask()
    const { status } = await ask()
    return [status, done]
  }
  expect(await tried('transient')).toEqual([503, 2])
  expect(await tried('poison')).toEqual([409, 1])
})

test('a store that cannot be asked is 503, and nothing is done', async () => {
  const store = { ...memoryIdempotency(), reserve: () => Promise.reject(new Error('down')) }
  const { pay, done } = counting({ store: store as unknown as IdempotencyStore })
  expect(await pay('ann', '"k"')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  expect(done()).toBe(0)
})
