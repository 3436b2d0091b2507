import { describe, expect, test } from 'vitest'
import { deadLetter, flow, right, type Source } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { fine, inputs } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const once = deadLetter()

describe('accept', () => {
  test('takes an undefined value of plain JavaScript for null', async () => {
    const to = fine<unknown>('to')
    const any: Source<unknown> = {
      name: 'any',
      single: false,
      decode: (raw) => right(raw),
      start: () => ({ stop() {} }),
    }
    await using t = testFlow(flow('f').from(any).to(to).otherwise(once))
    await t.send(undefined)
    expect(inputs(to)).toEqual([null])
  })

  test('a key function that gives nothing, or a number, makes poison that says so', async () => {
    const messages: unknown[] = []
    for (const key of [() => null, () => 7, () => undefined]) {
      await using t = testFlow(
        flow('f')
          .from(orders(), { key: key as never })
          .to(fine('to'))
          .otherwise(once),
      )
      const r = await t.send({ n: 1 })
      messages.push((r.dead[0]!.error as { readonly message: string }).message)
    }
    expect(messages).toEqual(
      ['null', 'number', 'undefined'].map((what) => expect.stringContaining(`key gave ${what}, expected`)),
    )
  })

  test('a version that is no number and no text makes poison', async () => {
    const latest = { key: () => 'k', version: () => Number.NaN }
    await using t = testFlow(flow('f').from(orders(), { latest }).to(fine('to')).otherwise(once))
    const r = await t.send({ n: 1 })
    expect(r.dead).toMatchObject([{ error: { _tag: 'StepFailed' } }])
  })
})
