import { expect, test } from 'vitest'
import { difference } from '../../src/publish/difference.ts'

const lines = (...all: readonly string[]): string => all.join('\n')

test('nothing is said of equal reports', () => {
  expect(difference('a\nb', 'a\nb')).toBe('')
})

test('a changed member is shown under its declaration, with two lines around it', () => {
  const report = (type: string): string =>
    lines(
      '',
      'export interface Flow {',
      '  a: 1',
      '  b: 1',
      '  c: 1',
      `  d: ${type}`,
      '  e: 1',
      '  f: 1',
      '  g: 1',
      '}',
    )
  expect(difference(report('string'), report('number'))).toBe(
    lines(
      '@@ export interface Flow {',
      '    b: 1',
      '    c: 1',
      '-   d: string',
      '+   d: number',
      '    e: 1',
      '    f: 1',
    ),
  )
})

test('changes far apart are groups of their own, and a new declaration is its own heading', () => {
  const before = lines('export const a: 1;', '', '1', '2', '3', '4', '5', '6', '', 'export const z: 1;')
  const after = lines(
    'export const a: 2;',
    '',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '',
    'export const z: 1;',
    'export const zz: 1;',
  )
  expect(difference(before, after)).toBe(
    lines(
      '@@',
      '- export const a: 1;',
      '+ export const a: 2;',
      '',
      '  1',
      '@@',
      '',
      '  export const z: 1;',
      '+ export const zz: 1;',
    ),
  )
})
