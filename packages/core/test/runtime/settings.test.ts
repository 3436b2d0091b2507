import { expect, test } from 'vitest'
import {
  byKind,
  config,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  silentLogger,
  text,
  type AlertTarget,
} from '../../src/index.js'
import { fine, type Order } from '../semantics/remote.js'

test('every missing variable is reported at start: of targets, of reads inside a choice, of alert targets', async () => {
  const env = config({ OF_TARGET: text, OF_READ: text, OF_PAGER: text }, {})
  const to = { ...fine('to'), settings: [env.OF_TARGET] }
  const read = { ...fine('read'), effect: 'none' as const, settings: [env.OF_READ] }
  const pager = { ...fine<never>('pager'), settings: [env.OF_PAGER] } as unknown as AlertTarget
  const f = flow('f')
    .input<Order>()
    .choose((c) =>
      c
        .when(
          'one',
          (b) => b.n === 1,
          (m) => m.via(read),
        )
        .otherwise((m) => m.map('id', (b) => b)),
    )
    .map('n', () => ({ n: 1 }))
    .to(to)
    .otherwise(byKind({ permanent: deadLetter().alert(pager) }))
  const runtime = createRuntime({ flows: [f], journal: memoryJournal(), log: silentLogger })
  const thrown = (await runtime.start().catch((e: unknown) => e)) as {
    _tag: string
    problems: { variable: string }[]
  }
  expect(thrown._tag).toBe('ConfigInvalid')
  expect(thrown.problems.map((p) => p.variable).toSorted()).toEqual(['OF_PAGER', 'OF_READ', 'OF_TARGET'])
})
