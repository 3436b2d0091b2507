import { expect, test } from 'vitest'
import { failedCases, typeCases } from '../../src/types/cases.ts'
import { compilers, diagnoseFiles, readDiagnostics } from '../../src/types/compilers.ts'

const folder = 'packages/dev/test/fixtures/types'
const project = 'packages/dev/tsconfig.json'

test.each(compilers)('$name finds the wrong case of a type test, and only that', async (compiler) => {
  const file = `${folder}/cases.ts`
  const errors = await diagnoseFiles(compiler, project, [file])
  const text = (await import('node:fs')).readFileSync(
    new URL('../fixtures/types/cases.ts', import.meta.url),
    'utf8',
  )
  const cases = typeCases(file, text)
  expect(cases.map((c) => c.name)).toEqual(['a number is a number', 'a number is a string', file])
  expect([...failedCases(cases, errors).keys()].map((c) => c.name)).toEqual(['a number is a string'])
})

test('errors of the configuration, and explanations, are read', () => {
  const output =
    'error TS18003: No inputs.\na.ts(3,5): error TS2322: Wrong.\n  Because.\n\nb.ts(1,1): error TS1: Bad.'
  expect(readDiagnostics(output)).toEqual([
    { file: '', line: 0, text: 'TS18003: No inputs.' },
    { file: 'a.ts', line: 3, text: 'TS2322: Wrong.\n  Because.' },
    { file: 'b.ts', line: 1, text: 'TS1: Bad.' },
  ])
})
