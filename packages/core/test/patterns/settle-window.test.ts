import { describe, expect, test } from 'vitest'
import { deadLetter, flow } from '../../src/index.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import { settleWindow } from '../../src/patterns/settle-window.js'
import { counted } from '../semantics/counted.js'
import { fine, inputs } from '../semantics/remote.js'
import { watched } from './kept-state.js'

interface Edit {
  readonly uid: string
  readonly v: number
  readonly text?: string
}

const deployed = (version?: (e: Edit) => number | string) => {
  const end = fine<Joined<Edit>>('end')
  const f = flow('f')
    .input<Edit>()
    .through(
      settleWindow('settled', { key: (e) => e.uid, quiet: '30s', most: '10m', ...(version && { version }) }),
    )
    .to(end)
    .otherwise(deadLetter())
  return { end, ...watched(f) }
}

describe('settleWindow', () => {
  test('many edits of one thing become one message: the last, and how many there were', async () => {
    const { end, t, state } = deployed()
    await using _ = t
    for (let v = 1; v <= 20; v++) {
      await t.give({ uid: 'a', v })
      await t.run(10_000)
    }
    await t.settle()
    const [call] = end.calls
    expect([end.calls.length, call!.input.value, call!.input.count, call!.input.by]).toEqual([
      1,
      { uid: 'a', v: 20 },
      20,
      'silence',
    ])
    expect(call!.at - call!.input.last).toBe(30_000)
    expect(state()).toEqual([])
  })

  test('edits that do not end are settled at most so long after the first', async () => {
    const { end, t } = deployed()
    await using _ = t
    for (let v = 1; v <= 90; v++) {
      await t.give({ uid: 'a', v })
      await t.run(10_000)
    }
    await t.settle()
    expect(inputs(end).map((j) => [j.value.v, j.count, j.by])).toEqual([
      [60, 60, 'within'],
      [90, 30, 'silence'],
    ])
  })

  test('the newest by version wins, whatever order edits come in; of equal ones the last', async () => {
    const { end, t } = deployed((e) => e.v)
    await using _ = t
    for (const [v, text] of [
      [1, 'a'],
      [3, 'b'],
      [2, 'c'],
      [3, 'd'],
    ] as const)
      await t.give({ uid: 'a', v, text })
    await t.settle()
    expect(inputs(end).map((j) => [j.value.v, j.value.text, j.count])).toEqual([[3, 'd', 4]])
  })

  test('each thing settles by itself', async () => {
    const { end, t } = deployed()
    await using _ = t
    await t.give({ uid: 'a', v: 1 })
    await t.run(20_000)
    await t.give({ uid: 'b', v: 1 })
    await t.run(10_000)
    expect(inputs(end).map((j) => j.key)).toEqual(['a'])
    await t.settle()
    expect(inputs(end).map((j) => j.key)).toEqual(['a', 'b'])
  })

  test('a version that throws or is none fails its edit, the window stays', async () => {
    const { end, t, state } = deployed((e) => (e.text === 'bad' ? Number.NaN : e.v))
    await using _ = t
    const r = await t.sendAll([
      { uid: 'b', v: 1, text: 'bad' },
      { uid: 'a', v: 1 },
      { uid: 'a', v: 2, text: 'bad' },
    ])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([
      ['settled', 'StepFailed'],
      ['settled', 'StepFailed'],
    ])
    expect(inputs(end).map((j) => [j.key, j.value.v, j.count])).toEqual([['a', 1, 1]])
    expect(state()).toEqual([])
  })

  test('what has not settled survives a crash, and its time goes on', async () => {
    const { end, t } = deployed()
    await using _ = t
    await t.give({ uid: 'a', v: 1 })
    await t.run(10_000)
    await t.restart()
    await t.run(20_000)
    expect(inputs(end).map((j) => j.value.v)).toEqual([1])
    expect(counted(await t.runtime.counts(), 'joined', 'settled')).toBe(1)
  })

  test('options that make no sense are named', () => {
    const made = (o: object) => () =>
      settleWindow('s', { key: () => '', quiet: '1s', most: '1m', ...o } as never)
    expect(made({ key: undefined })).toThrow('settleWindow "s": key')
    expect(made({ quiet: undefined })).toThrow('settleWindow "s": quiet')
    expect(made({ most: '1 minute' })).toThrow('settleWindow "s": most')
    expect(made({ version: 3 })).toThrow('settleWindow "s": version')
  })
})
