import { expect, test } from 'vitest'
import { readOptions } from '../src/harness/options.ts'

test('five rounds of every variant when nothing is said', () => {
  expect(readOptions([])).toEqual({ rounds: 5, only: [], child: undefined })
})

test('rounds and parts of names', () => {
  expect(readOptions(['--rounds', '2', '--only=flow,rxjs'])).toMatchObject({
    rounds: 2,
    only: ['flow', 'rxjs'],
  })
})

test.each([['six'], ['--round', '2'], ['--', '--rounds', '2']])(
  'refuses what it does not know: %s %s',
  (...argv) => {
    expect(() => readOptions(argv)).toThrow(TypeError)
  },
)

test.each(['0', '-1', '1.5', 'many'])('refuses %s rounds', (rounds) => {
  expect(() => readOptions([`--rounds=${rounds}`])).toThrow(/--rounds: expected a whole number of 1 or more/)
})
