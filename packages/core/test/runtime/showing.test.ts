import { expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  createRuntime,
  deadLetter,
  flow,
  memoryJournal,
  read,
  right,
  silentLogger,
} from '../../src/index.js'
import { failing, type Order } from '../semantics/remote.js'

test('a dead letter of which something stored is no JSON can be shown and dry-run, and hides no others', async () => {
  const f = flow('f').input<Order>().to(failing('to', Infinity)).otherwise(byKind())
  const journal = memoryJournal()
  const runtime = createRuntime({ flows: [f], journal, log: silentLogger })
  await runtime.start()
  const envelope = '{"v":1,"source":"s","type":"t","time":1}'
  const dead = { _tag: 'DecodeFailed', kind: 'poison', message: 'no' }
  const entry = (id: string, body: string, about = envelope) => ({
    flow: 'f',
    hop: 'to',
    id,
    body,
    envelope: about,
    dead,
  })
  await journal.accept([entry('a', 'torn {'), entry('b', '{"n":1}'), entry('c', '{"n":1}', 'torn {')])
  expect((await runtime.deadLetters.list()).map((l) => l.id)).toEqual(['a', 'b', 'c'])
  expect(await runtime.deadLetters.show('a')).toMatchObject({
    body: 'torn {',
    again: { id: 'a', ends: { _tag: 'DecodeFailed', kind: 'poison' } },
  })
  expect((await runtime.deadLetters.dryRun({})).map((p) => p.id)).toEqual(['a', 'b', 'c'])
  expect(await runtime.deadLetters.show('c')).toMatchObject({ again: { ends: { _tag: 'DecodeFailed' } } })
  await runtime.stop()
})

test('a read that hangs keeps nobody from seeing the rest of a story', async () => {
  let hangs = false
  const rights = read({
    name: 'rights',
    destination: createDestination({ name: 'rights' }),
    call: async (order: Order) => {
      if (hangs) await new Promise<never>(() => {})
      return { result: right(order), seen: { as: 'ok' } as const }
    },
  })
  const f = flow('f')
    .input<Order>()
    .via(rights)
    .to(failing('to', Infinity, undefined, { effect: 'idempotent' }))
    .otherwise(deadLetter())
  const journal = memoryJournal()
  const runtime = createRuntime({ flows: [f], journal, log: silentLogger })
  await runtime.start()
  const dead = { _tag: 'Down', kind: 'transient', message: 'no' }
  await journal.accept([{ flow: 'f', hop: 'to', id: 'a', body: '{"n":1}', dead }])
  expect(await runtime.deadLetters.show('a')).toMatchObject({ again: { sends: { n: 1 } } })
  hangs = true
  expect(await runtime.deadLetters.show('a', { within: '5ms' })).toMatchObject({
    body: { n: 1 },
    again: { id: 'a', flow: 'f', hop: 'to', ends: { as: 'late' } },
  })
  await expect(runtime.deadLetters.show('a', { within: 'soon' as never })).rejects.toThrow(
    /^deadLetters.show: within: expected a duration/,
  )
  await runtime.stop()
})
