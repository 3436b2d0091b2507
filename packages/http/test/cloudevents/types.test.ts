import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { Source } from '@xconnector/core'
import { cloudEvents, eventOf, ingress, unsigned, type CloudEvent } from '../../src/index.js'

const verify = unsigned({ because: 'a test' })

test('the flow starts with the events that are named, told apart by their type', () => {
  const source = ingress().webhook({
    path: '/e',
    format: cloudEvents(),
    body: eventOf({ placed: z.object({ total: z.number() }), paid: z.object({ by: z.string() }) }),
    verify,
  })
  expectTypeOf(source).toEqualTypeOf<
    Source<CloudEvent<{ total: number }, 'placed'> | CloudEvent<{ by: string }, 'paid'>>
  >()
  const total = (event: typeof source extends Source<infer E> ? E : never): number => {
    // @ts-expect-error which event it is has to be asked first
    const early: number = event.data.total
    return event.type === 'placed' ? event.data.total : early
  }
  expect(total({ specversion: '1.0', id: '1', source: '/s', type: 'placed', data: { total: 7 } })).toBe(7)
})

test('what is no decoder, and what is no mode, does not compile', () => {
  // @ts-expect-error a decoder is an io-ts codec or a Standard Schema
  expect(() => eventOf({ placed: { total: 'number' } })).toThrow(TypeError)
  // @ts-expect-error there is no such mode
  expect(() => cloudEvents({ modes: ['batched'] })).toThrow(TypeError)
})
