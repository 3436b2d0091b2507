import { expect, test } from 'vitest'
import { takeSize } from '../src/harness/size-option.ts'

const from = (argv: string[]) => ({ argv, env: {} as Record<string, string | undefined> })

test('a size that nobody gives is the usual one', () => {
  expect(takeSize('mib', 1024, from(['--rounds', '2']))).toBe(1024)
})

test.each([[['--mib', '64']], [['--mib=64']]])(
  'a size is taken out of the command line, the rest stays: %j',
  (words) => {
    const given = from(['--rounds', '2', ...words, '--only', 'raw'])
    expect(takeSize('mib', 1024, given)).toBe(64)
    expect(given.argv).toEqual(['--rounds', '2', '--only', 'raw'])
  },
)

test('the process of a variant has the size that its parent was given', () => {
  const parent = from(['--mib', '64'])
  takeSize('mib', 1024, parent)
  expect(takeSize('mib', 1024, { argv: ['--child', 'raw'], env: parent.env })).toBe(64)
})

test.each(['0', '-1', '1.5', 'many', ''])('refuses a size of "%s"', (size) => {
  expect(() => takeSize('mib', 1024, from([`--mib=${size}`]))).toThrow(
    /--mib: expected a whole number of 1 or more/,
  )
})

test('refuses an option without its size', () => {
  expect(() => takeSize('mib', 1024, from(['--mib']))).toThrow(TypeError)
})
