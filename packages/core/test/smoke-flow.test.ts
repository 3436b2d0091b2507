import { expect, test } from 'vitest'
import { flow } from '../src/flow/create.js'
import { failure } from '../src/failure/own.js'

class NoRights extends failure('NoRights', 'permanent')<{ uid: string }> {}
test('a call', async () => {
  const f = flow('f').input<{ n: number }>().filter('pos', (b) => b.n > 0).map('m', async (b) => b.n > 9 ? new NoRights({ uid: 'x' }) : { m: b.n + 1 })
    .recover('NoRights', () => ({ m: -1 })).map('x', (b) => b.m * 2)
  expect(await f.call({ n: 1 })).toEqual({ _tag: 'Right', right: 4 })
  expect(await f.call({ n: 10 })).toEqual({ _tag: 'Right', right: -2 })
  expect(await f.call({ n: 0 })).toEqual({ _tag: 'Left', left: { _tag: 'Filtered', step: 'pos' } })
  await expect(f.map('t', () => { throw new Error('x') }).run({ n: 1 })).rejects.toMatchObject({ _tag: 'StepFailed', step: 't' })
})
