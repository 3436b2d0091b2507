import {
  byKind,
  flow,
  type DeadLetter,
  type DeadLetterReport,
  type DriftAlarm,
  type Found,
  type Runtime,
} from '../../src/index.js'
import { whatIf, type WhatIfReport } from '../../src/what-if/index.js'
import { expectTypeOf, test } from 'vitest'

const open = flow('f').input<{ n: number }>()
const closed = open.otherwise(byKind())

test('both versions are closed flows', () => {
  // @ts-expect-error open: its errors have no routes
  void whatIf(open, { entries: [], against: closed })
  // @ts-expect-error the same
  void whatIf(closed, { entries: [], against: open })
  // @ts-expect-error the other version is left out
  void whatIf(closed, { entries: [] })
  expectTypeOf(whatIf(closed, { entries: [], against: closed })).resolves.toEqualTypeOf<WhatIfReport>()
})

test('entries are raw messages, dead letters and entries of a journal, at hand or to come', () => {
  const letters = [] as readonly DeadLetter[]
  const mixed = [{ raw: 1 }, {} as DeadLetterReport, ({} as DeadLetterReport).message, {} as Found]
  void whatIf(closed, { entries: letters, against: closed })
  void whatIf(closed, {
    entries: mixed,
    against: closed,
    replies: { put: (o: { n: number }) => o.n, get: { a: 1 } },
  })
  // @ts-expect-error a text is no list of entries
  void whatIf(closed, { entries: 'letters', against: closed })
})

test('drift is a list of alarms, and an event', () => {
  const runtime = {} as Runtime
  expectTypeOf(runtime.drift()).toEqualTypeOf<readonly DriftAlarm[]>()
  runtime.events.on('drift', (alarm) => expectTypeOf(alarm).toEqualTypeOf<DriftAlarm>())
  expectTypeOf<DriftAlarm['what']>().toEqualTypeOf<'unknown' | 'value' | 'type' | 'vanished'>()
})
