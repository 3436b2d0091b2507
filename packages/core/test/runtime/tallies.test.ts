import { expect, test } from 'vitest'
import { memoryJournal } from '../../src/index.js'
import { countersName, Tallies, tallyName } from '../../src/runtime/tallies.js'
import { virtualClock } from '../../src/testing/index.js'

test('a count whose commit conflicted is not counted, and those before it stay; after the run nothing is', async () => {
  const journal = memoryJournal({ clock: virtualClock() })
  await journal.open([])
  const list = countersName('run')
  await journal.accept([], { state: [{ name: list, expect: 0, value: [] }] })
  const tallies = new Tallies(journal, 'here')
  expect(tallies.move({ run: 'run', what: 'created' })).toBe(undefined)
  await tallies.ready('run')
  const first = tallies.move({ run: 'run', what: 'created' })!
  expect(await journal.accept([], { state: [first] })).toEqual([])
  tallies.move({ run: 'run', what: 'updated' })
  tallies.forget('run')
  await tallies.ready('run')
  expect(tallies.move({ run: 'run', what: 'created' })).toEqual({
    name: tallyName('run', 'here'),
    expect: 1,
    value: { created: 2, updated: 0 },
  })
  await journal.accept([], { state: [{ name: list, expect: 2, value: undefined }] })
  tallies.forget('run')
  await tallies.ready('run')
  expect(tallies.move({ run: 'run', what: 'created' })).toBe(undefined)
})
