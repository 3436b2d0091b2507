import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { taskOf } from '../../src/fp/index.js'
import { failure, flow } from '../../src/index.js'

class Empty extends failure('Empty', 'permanent')<{ at: string }> {}

const greet = flow('greet')
  .input<{ name: string }>()
  .map('text', (b) => (b.name === '' ? new Empty({ at: 'name' }) : `Hello ${b.name}`))

describe('taskOf', () => {
  test('makes a call a lazy task that fp-ts composes', async () => {
    const length = pipe(
      taskOf(greet)({ name: 'Ada' }),
      TE.map((text) => text.length),
    )
    expect(await length()).toEqual({ _tag: 'Right', right: 9 })
  })
  test('keeps failures on the left, typed', async () => {
    const recovered = pipe(
      taskOf(greet)({ name: '' }),
      TE.orElse((e) => (e._tag === 'Empty' ? TE.right(e.at) : TE.left(e))),
    )
    expect(await recovered()).toEqual({ _tag: 'Right', right: 'name' })
  })
  test('runs nothing until it is asked to', async () => {
    const ran: string[] = []
    const task = taskOf(
      flow('f')
        .input<string>()
        .map('note', (s) => ran.push(s)),
    )('a')
    expect(ran).toEqual([])
    await task()
    await task()
    expect(ran).toEqual(['a', 'a'])
  })
})
