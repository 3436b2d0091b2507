import * as t from 'io-ts'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { CircuitOpen, Failure, OutcomeUnknown, StepFailed, Tagged, Target } from '@xconnector/core'
import { http, json, type CallFailure, type ExchangeFailure } from '../../src/index.js'

const api = http({ name: 'api', baseUrl: 'https://api.test' })
const Asset = t.type({ id: t.string })
const Ack = z.object({ at: z.string().transform((s) => s.length) })

test('a target takes what its body says and gives what its response says', () => {
  const coded = api.target({
    name: 'a',
    method: 'POST',
    path: '/a',
    body: Asset,
    response: Ack,
    effect: 'keyed',
  })
  expectTypeOf(coded.call).parameter(0).toEqualTypeOf<{ id: string }>()
  expectTypeOf(coded.call({ id: '' })).resolves.toExtend<
    { _tag: 'Left' } | { _tag: 'Right'; right: { at: number } }
  >()
  const plain = api.target({
    name: 'b',
    method: 'POST',
    path: '/b',
    body: json<{ n: 1 }>(),
    effect: 'idempotent',
  })
  expectTypeOf(plain.call).parameter(0).toEqualTypeOf<{ n: 1 }>()
  const schema = api.target({ name: 'c', method: 'POST', path: '/c', body: Ack, effect: 'idempotent' })
  expectTypeOf(schema.call).parameter(0).toEqualTypeOf<{ at: string }>()
  expect([coded.effect, plain.effect, schema.effect]).toEqual(['keyed', 'idempotent', 'idempotent'])
})

test('a call without a body takes what its path asks for', () => {
  const get = api.query({ name: 'g', path: '/a/:id/versions/:version', response: Asset })
  expectTypeOf(get.call)
    .parameter(0)
    .toEqualTypeOf<{ readonly id: string | number; readonly version: string | number }>()
  const list = api.query({ name: 'l', path: '/a' })
  expectTypeOf<Parameters<typeof list.call>[0]>().toBeVoid()
  const made = api.query({ name: 'm', path: (id: number) => `/a/${id}` })
  expectTypeOf(made.call).parameter(0).toEqualTypeOf<number>()
  expect([get.effect, list.effect, made.effect]).toEqual(['none', 'none', 'none'])
})

// As a flow's `to` infers it.
declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

test('only unsafe targets bring OutcomeUnknown, and only those that fail when parked CircuitOpen', () => {
  const keyed = api.target({ name: 'k', method: 'POST', path: '/', effect: 'keyed' })
  const unsafe = api.target({ name: 'u', method: 'POST', path: '/', effect: 'unsafe' })
  expectTypeOf(() => failureOf(keyed)).returns.toEqualTypeOf<CallFailure>()
  expectTypeOf(() => failureOf(unsafe)).returns.toEqualTypeOf<CallFailure | OutcomeUnknown>()
  expectTypeOf<CallFailure>().toEqualTypeOf<ExchangeFailure | StepFailed>()
  expectTypeOf<CallFailure>().toExtend<Failure<string>>()
  const failing = http({ name: 'f', baseUrl: 'https://api.test', destination: { whenParked: 'fail' } })
  const target = failing.target({ name: 'u', method: 'POST', path: '/', effect: 'keyed' })
  expectTypeOf(() => failureOf(target)).returns.toEqualTypeOf<CallFailure | CircuitOpen>()
  expect([keyed.name, unsafe.name, target.destination.whenParked]).toEqual(['k', 'u', 'fail'])
})

test('the mistakes that the compiler finds', () => {
  // @ts-expect-error the effect has three values
  expect(() => api.target({ name: 'x', method: 'POST', path: '/', effect: 'maybe' })).toThrow(/effect/)
  const asset = api.target({ name: 'a', method: 'POST', path: '/a', body: Asset, effect: 'keyed' })
  // @ts-expect-error the body lacks its id
  const wrong = (): unknown => asset.run({ title: '' })
  // @ts-expect-error the path asks for an id
  const without = (): unknown => api.query({ name: 'g', path: '/a/:id' }).run({})
  expect([wrong, without]).toHaveLength(2)
})
