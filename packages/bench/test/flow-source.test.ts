import { expect, test } from 'vitest'
import { flowSource } from '../src/fixture/flow-source.ts'
import { draw } from '../src/fixture/random.ts'

test('a flow of the fixture has as many steps as asked for, a fan-out of three the last', () => {
  for (let i = 0; i < 20; i++) {
    const text = flowSource(i, 12, draw(i))
    const steps = text.split('\n').filter((line) => /^ {2}\.(?!from|otherwise|onError)/.test(line))
    expect(steps).toHaveLength(12)
    expect(steps.at(-1)).toContain('.fanOut({')
  }
})

test('the same seed gives the same flow, another one another', () => {
  expect(flowSource(1, 12, draw(7))).toBe(flowSource(1, 12, draw(7)))
  expect(flowSource(1, 12, draw(7))).not.toBe(flowSource(1, 12, draw(8)))
})
