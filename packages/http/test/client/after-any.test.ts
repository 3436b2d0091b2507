import { text } from 'node:stream/consumers'
import { byKind, flow } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { http, json, type CallFailure } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

const declared = (baseUrl: string) => {
  const shop = http({ name: 'shop', baseUrl })
  return {
    rates: shop.query({ name: 'rates', path: '/rates', response: z.object({ eur: z.number() }) }),
    rate: shop.query({ name: 'rate', path: '/rates/:code', response: z.object({ eur: z.number() }) }),
    refresh: shop.target({ name: 'refresh', method: 'POST', path: '/refresh', effect: 'idempotent' }),
    put: shop.target({
      name: 'put',
      method: 'PUT',
      path: '/rates',
      body: json<{ eur: number }>(),
      effect: 'idempotent',
    }),
  }
}

test('a query and a target that take nothing stand after any body, send none, and are called without input', async () => {
  const seen: string[] = []
  await using server = await httpServer((req, res) => {
    void text(req).then((body) => {
      seen.push(`${req.method} ${req.url} ${body}`)
      res.setHeader('content-type', 'application/json').end('{"eur":1.1}')
    })
  })
  const { rates, refresh } = declared(server.url)
  const orders = flow('orders').input<{ id: string }>().to(refresh).via(rates).to(refresh, { name: 'again' })
  expectTypeOf(orders.run).returns.resolves.toEqualTypeOf<{ eur: number }>()
  await using t = testFlow(orders.otherwise(byKind()))
  const { pending, dead } = await t.send({ id: 'o-1' })
  expect([seen, pending, dead]).toEqual([['POST /refresh ', 'GET /rates ', 'POST /refresh '], 0, []])
  expect(await rates.run()).toEqual({ eur: 1.1 })
  expect(await rates.call(undefined, { timeout: '5s' })).toMatchObject({ right: { eur: 1.1 } })
})

test('what takes something still needs it, and failures stay in the type', () => {
  const { rates, rate, put } = declared('https://shop.test')
  const orders = flow('orders').input<{ id: string }>()
  // @ts-expect-error the body has no code
  orders.via(rate)
  // @ts-expect-error the body has no eur
  orders.to(put)
  // @ts-expect-error a code is needed
  const calls = (): unknown => [rate.call(), put.run()]
  expect(calls).toBeTypeOf('function')
  const asked = orders.via(rates)
  expectTypeOf<
    Extract<Awaited<ReturnType<typeof asked.call>>, { _tag: 'Left' }>['left']
  >().toEqualTypeOf<CallFailure>()
})
