import { expect, test } from 'vitest'
import { calls, failed, opened } from './gates.js'

test('a destination says why it is parked as long as it is', async () => {
  const { clock, gate } = opened()
  expect(gate.parkedWhy()).toBe(undefined)
  calls(gate, 5, failed)
  const why = gate.parkedWhy()
  expect(why).toBe('failing')
  await clock.advanceBy(1000)
  expect([gate.parkedUntil(), gate.parkedWhy()]).toEqual([0, undefined])
})
