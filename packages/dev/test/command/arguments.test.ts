import { expect, test } from 'vitest'
import { readArguments, UsageError } from '../../src/command/arguments.ts'

const read = (...argv: string[]) => readArguments(argv, { command: 'demo', options: ['x', 'quiet'] })

test('options are read in each form', () => {
  expect([...read('--x', '5', '--quiet').options]).toEqual([
    ['x', '5'],
    ['quiet', true],
  ])
  expect(read('--x=a=b').options.get('x')).toBe('a=b')
})

test('a stray positional is refused by name', () => {
  expect(() => read('5')).toThrow(
    new UsageError('"demo" does not know what to do with "5"; expected options only'),
  )
})

test('the -- that pnpm hands through is refused with the remedy', () => {
  expect(() => read('--', '--x', '5')).toThrow(/demo --option value/)
})

test('an unknown option is refused, with the known ones', () => {
  expect(() => read('--y')).toThrow('"demo" has no option --y; it has --x, --quiet')
})

test('positionals are taken up to their number', () => {
  const accepts = { command: 'bench', positionals: ['name'], options: 'any' } as const
  expect(readArguments(['journal', '--rounds', '3'], accepts).positionals).toEqual(['journal'])
  expect(() => readArguments(['journal', 'decode'], accepts)).toThrow(/"decode"; expected <name>/)
})
