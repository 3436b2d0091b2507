import { describe, test } from 'vitest'
import { holds } from './concurrency-holds.js'
import { drained, releasedInOrder } from './concurrency-life.js'

describe('in many orders, in which calls overtake each other,', () => {
  test('S11 a stop loses nothing of what was answered, and spends no attempt', () =>
    holds(drained, { crash: 0.01 }))
  test('a parked destination gets no call, spends no attempt, and is released in the order of each key', () =>
    holds(releasedInOrder))
})
