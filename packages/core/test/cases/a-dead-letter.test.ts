import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import {
  createDestination,
  deadLetter,
  divert,
  flow,
  memoryJournal,
  memoryStore,
  target,
  type Alert,
  type Failed,
  type FileProvider,
  type FileRef,
  type Settlement,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { inputs } from '../semantics/remote.js'
import { desk } from './support/desk.js'
import { ErrA, ErrB, Forced } from './support/failures.js'
import { retries } from './support/retries.js'
import { refusing, sink } from './support/sink.js'

const fail = (): Forced => new Forced({}, 'Forced')

describe('A dead letters', () => {
  test('A2: a target that always fails is called three times by retries of two, then dead-lettered once; departs: with every attempt and its failure', async () => {
    const to = refusing('to', Infinity, (nth) => new Forced({ nth }, `no ${nth}`))
    const f = flow('f').input<string>().to(to).to(sink('success')).otherwise(retries(2))
    await using t = testFlow(f)
    const r = await t.send('B')
    expect([r.accepted[0]!.as, r.delivered.length, r.pending]).toEqual(['accepted', 0, 0])
    const letters = await t.runtime.deadLetters.list()
    expect(letters).toMatchObject([{ body: 'B', flow: 'f', hop: 'to', attempts: 3 }])
    const start = to.calls[0]!.at
    expect(letters[0]!.errors).toMatchObject(
      [1, 2, 3].map((n) => ({ _tag: 'Forced', nth: n, message: `no ${n}`, attempt: n, at: start + n - 1 })),
    )
  })

  test('A4: without retries one failure is enough: the step before ran once, the one after never', async () => {
    const a = sink('a')
    const b = sink('b')
    let runs = 0
    const f = flow('f')
      .input<string>()
      .to(a)
      .map('step', () => (runs++, fail()))
      .to(b)
      .otherwise(retries(0))
    await using t = testFlow(f)
    const r = await t.send('x')
    expect([a.calls.length, runs, b.calls.length, r.dead.length]).toEqual([1, 1, 0, 1])
  })

  test('A5: departs: a dead letter always has the pristine input of its hop; a durable point says where that begins', async () => {
    const start = flow('f').input<string>()
    const to = refusing('to')
    const dead = async (f: typeof start): Promise<unknown> => {
      await using t = testFlow(f.to(to).otherwise(retries(2)))
      return (await t.send('Hello')).dead.map((d) => d.body)
    }
    const append = start.map('append', (b) => `${b} World`)
    expect(await dead(append as typeof start)).toEqual(['Hello'])
    expect(await dead(append.durable('appended') as typeof start)).toEqual(['Hello World'])
    expect(inputs(to)).toEqual(Array<string>(6).fill('Hello World'))
  })

  test('A6: departs: nothing need prepare a dead letter: why it failed stands beside the untouched body', async () => {
    await using t = testFlow(flow('f').input<string>().map('step', fail).otherwise(deadLetter()))
    const { dead } = await t.send('Hello World')
    expect(dead).toMatchObject([{ body: 'Hello World', error: { _tag: 'Forced', message: 'Forced' } }])
  })

  test('A9: departs: a dead letter that cannot be written is not swallowed: the message stays, and it is told of', async () => {
    const store = memoryStore()
    let broken = 3
    const isDead = ([batch]: readonly unknown[]): boolean =>
      (batch as readonly Settlement[]).some((s) => s.as === 'dead')
    const to = refusing('to')
    await using t = testFlow(flow('f').input<string>().to(to).otherwise(deadLetter()), {
      journal: (clock) =>
        faultyJournal(
          memoryJournal({ clock, store }),
          (call, args) => call === 'commit' && isDead(args) && broken-- > 0,
        ),
    })
    const troubles: string[] = []
    t.runtime.events.on('trouble', (e) => troubles.push((e.error as { _tag: string })._tag))
    const r = await t.send('x')
    expect(troubles.length).toBeGreaterThan(0)
    expect([...new Set(troubles)]).toEqual(['JournalUnavailable'])
    expect([to.calls.length, r.dead.length, r.pending]).toEqual([1, 1, 0])
  })

  test('A9: a place for what failed that itself fails keeps its own dead letter, with the first failure in it', async () => {
    const mail = refusing<ErrB, Failed>('mail', Infinity, () => new ErrB({}))
    const handler = flow('handler').input<Failed>().to(mail).otherwise(deadLetter())
    const f = flow('f').input<string>().map('step', fail).otherwise(divert(handler))
    await using t = testFlow(f, { flows: [handler] })
    const { dead } = await t.send('x')
    expect(dead).toMatchObject([
      { flow: 'handler', error: { _tag: 'ErrB' }, body: { body: 'x', error: { _tag: 'Forced' } } },
    ])
  })

  test('A10: who handles a failure is given it: in memory the very object, over the journal its record; the message is failed no more', async () => {
    const thrown = new ErrA({ user: 'ada' }, 'Damn')
    let seen: unknown
    const open = flow('open')
      .input<string>()
      .map('step', () => thrown)
      .recover('ErrA', (e) => {
        seen = e
        return 'handled'
      })
    expect(await open.call('x')).toEqual({ _tag: 'Right', right: 'handled' })
    expect(seen).toBe(thrown)
    const dead = desk('dead')
    const f = flow('f')
      .input<string>()
      .map('step', () => thrown)
      .otherwise(divert(dead.flow))
    await using t = testFlow(f, { flows: [dead.flow] })
    const r = await t.send('x')
    expect(dead.at.calls[0]!.input).toMatchObject({
      body: 'x',
      error: { _tag: 'ErrA', kind: 'permanent', message: 'Damn', user: 'ada' },
    })
    expect([r.dead, r.delivered.length]).toEqual([[], 1])
  })

  test('A11: a dead letter names the place of the failure, also inside of a flow that was called', async () => {
    const foo = sink('foo')
    const bar = sink('bar')
    const called = flow('bar')
      .input<string>()
      .to(bar)
      .map('last of bar', () => {
        throw new Error('Damn')
      })
    const calling = target({
      name: 'call bar',
      destination: createDestination({ name: 'bar' }),
      effect: 'keyed',
      run: (b: string, ctx) => called.call(b, { key: ctx.key }),
    })
    const result = sink('result')
    const f = flow('foo').input<string>().to(foo).to(calling).to(result).otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send('x')
    expect([foo.calls.length, bar.calls.length, result.calls.length]).toEqual([1, 1, 0])
    expect(dead).toMatchObject([
      { flow: 'foo', hop: 'call bar', error: { _tag: 'StepFailed', step: 'last of bar' } },
    ])
  })

  test('A24: a dead letter that is sent again as a whole message starts at the beginning, until it gets through', async () => {
    const start = sink('start')
    const to = refusing('to', 4)
    const f = flow('f')
      .input<string>()
      .to(start)
      .map('greet', (b) => `Hello ${b}`)
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    let r = await t.send('Camel')
    for (let again = 0; again < 4; again++) r = await t.replay(r.dead[0]!.id, 'message')
    expect(inputs(start)).toEqual(Array<string>(5).fill('Camel'))
    expect(r.delivered.map((d) => d.input)).toEqual([...inputs(start), 'Hello Camel'])
    expect(r.dead).toEqual([])
  })

  test('A25: what a route has dead-lettered is handled: the alert of last resort is not raised', async () => {
    const pager = sink<Alert>('pager')
    const [foo, bar, result] = [sink('foo'), sink('bar'), sink('result')]
    const f = flow('f').input<string>().to(foo).to(bar).to(refusing('step')).to(result).otherwise(retries(3))
    await using t = testFlow(f, { runtime: { alert: pager } })
    const r = await t.send('x')
    expect([foo, bar, result, pager].map((s) => s.calls.length)).toEqual([1, 1, 0, 0])
    expect([r.dead.length, r.alerts]).toEqual([1, []])
  })

  test('A26: a file that a failed step has read in part is read in full by who handles the failure', async () => {
    const files: FileProvider = { name: 'store', open: () => Readable.from(['err', 'or']) }
    const file: FileRef = { provider: 'store', id: 'f', version: '1' }
    const exc = sink('exc')
    const f = flow('f')
      .input<FileRef>()
      .map('read', async (ref) => {
        for await (const half of await files.open(ref)) return new ErrA({ user: String(half) })
        return ref
      })
      .recover('ErrA', (_e, ctx) => ctx.message.body as FileRef)
      .map('read again', async (ref) => text(await files.open(ref)))
      .to(exc)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(file)
    expect(inputs(exc)).toEqual(['error'])
  })
})
