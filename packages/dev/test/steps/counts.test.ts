import { expect, test } from 'vitest'
import { readTally, tallyLine } from '../../src/command/tally.ts'
import { countReport } from '../../src/steps/vitest.ts'

const file = (name: string, ...statuses: string[]) => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status, fullName: `${name} ${status}` })),
})

test('tests are counted by what became of them; whatever did not run was skipped', () => {
  const counted = countReport(
    { testResults: [file('a', 'passed', 'failed', 'skipped', 'todo', 'pending')] },
    ['a'],
  )
  expect(counted).toMatchObject({ passed: 1, failed: 1, skipped: 3 })
})

test('a file that could not be collected is a failure', () => {
  const counted = countReport({ testResults: [file('a', 'passed'), { ...file('b'), status: 'failed' }] }, [
    'a',
    'b',
  ])
  expect(counted).toMatchObject({ passed: 1, failed: 1, skipped: 0 })
})

test('a file whose hooks failed after its tests passed is a failure', () => {
  const counted = countReport({ testResults: [{ ...file('a', 'passed'), status: 'failed' }] }, ['a'])
  expect(counted).toMatchObject({ passed: 1, failed: 1 })
})

test('a test file that no project includes is a failure', () => {
  expect(countReport({ testResults: [file('a', 'passed')] }, ['a', 'b'])).toMatchObject({
    passed: 1,
    failed: 1,
  })
})

test('the last line of a command is read back', () => {
  const tally = { passed: 12, failed: 1, skipped: 0 }
  expect(readTally(`some output\n${tallyLine(tally)}\n`)).toEqual(tally)
  expect(readTally('12 passed, 1 failed, 0 skipped\nand more')).toBeUndefined()
})
