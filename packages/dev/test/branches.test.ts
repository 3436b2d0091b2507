import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isStateMachine, STATE_MACHINES } from '../src/branches/state-machines.ts'
import { branchesOf } from '../src/branches/taken.ts'
import { root } from '../src/command/repository.ts'

test('the state machines are files and folders that exist', () => {
  expect(STATE_MACHINES.filter((place) => !existsSync(join(root, place)))).toEqual([])
  expect(isStateMachine('packages/core/src/journal/claim.ts')).toBe(true)
  expect(isStateMachine('packages/core/src/runtime/worker.ts')).toBe(true)
  expect(isStateMachine('packages/core/src/runtime/worker.ts.ts')).toBe(false)
  expect(isStateMachine('packages/core/src/runtimes/worker.ts')).toBe(false)
})

test('ways of branches that nothing took are told by their place, an if without else by its own', () => {
  const at = (line: number, column: number) => ({ start: { line, column } })
  const report = {
    '/a.ts': {
      branchMap: {
        0: { type: 'if', loc: at(3, 2), locations: [at(3, 2), { start: {} }] },
        1: { type: 'cond-expr', loc: at(7, 9), locations: [at(7, 13), at(7, 20)] },
      },
      b: { 0: [4, 0], 1: [0, 2] },
    },
  }
  expect(branchesOf(report).get('/a.ts')).toEqual({
    ways: 4,
    untaken: [
      { line: 3, column: 3, type: 'if' },
      { line: 7, column: 14, type: 'cond-expr' },
    ],
  })
})
