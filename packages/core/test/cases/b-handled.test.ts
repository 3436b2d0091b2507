import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import {
  deadLetter,
  discard,
  divert,
  failure,
  flow,
  type Failed,
  type FileProvider,
  type FileRef,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { inputs } from '../semantics/remote.js'
import { ErrA, Tech } from './support/failures.js'
import { retries } from './support/retries.js'
import { refusing, sink } from './support/sink.js'

const damned = flow('f')
  .input<string>()
  .map('step', () => new ErrA({}, 'Damn'))

class Second extends failure('Second', 'permanent')<object> {}

describe('B handled and continued', () => {
  test('B2: a recovery goes on after the step that failed, with the failure at hand', async () => {
    const [start, result] = [sink('start'), sink<{ body: unknown; cause: string }>('result')]
    const f = flow('f')
      .input<string>()
      .to(start)
      .map('step', () => new ErrA({}))
      .recover('ErrA', (e, ctx) => ({ body: ctx.message.body, cause: e._tag }))
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send('x')
    expect([start.calls.length, inputs(result), r.dead]).toEqual([1, [{ body: 'x', cause: 'ErrA' }], []])
  })

  test('B3: whether to go on is asked once, and so are the steps that do', async () => {
    const [me, result] = [sink('me'), sink('result')]
    let asked = 0
    const f = damned
      .recover('ErrA', (e) => (asked++, e.message === 'Damn' ? 'x' : e))
      .to(me)
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send('x')
    expect([asked, me.calls.length, inputs(result)]).toEqual([1, 1, ['x']])
  })

  test('B4: a failure that is recovered cannot be routed too: its tag has left the type', async () => {
    const result = sink('result')
    const recovered = damned.recover('ErrA', () => 'went on').to(result)
    // @ts-expect-error ErrA is handled already
    const both = recovered.on('ErrA', discard()).otherwise(deadLetter())
    await using t = testFlow(both)
    await t.send('x')
    expect(inputs(result)).toEqual(['went on'])
  })

  test('B8: a recovery that fails replaces the first failure by its own, for caller and dead letter alike', async () => {
    const text = 'First failure message is: Damn'
    const again = (e: ErrA): Second => new Second({}, `First failure message is: ${e.message}`)
    const [open, later] = [damned, damned.to(sink('between')).to(sink('further'))].map((f) =>
      f.recover('ErrA', again),
    )
    await expect(open!.run('x')).rejects.toMatchObject({ _tag: 'Second', message: text })
    for (const f of [open!, later!]) {
      await using t = testFlow(f.otherwise(deadLetter()))
      const { dead } = await t.send('x')
      expect(dead).toMatchObject([{ body: 'x', error: { _tag: 'Second', message: text } }])
    }
    const throwing = damned.recover('ErrA', () => {
      throw new Error('in the handler')
    })
    expect(await throwing.call('x')).toMatchObject({ left: { _tag: 'StepFailed', step: 'recover ErrA' } })
  })

  test('B9: a recovery sets the reply: a constant, the message of the failure, a text made of it', async () => {
    expect(await damned.recover('ErrA', () => 'Sorry').run('x')).toBe('Sorry')
    expect(await damned.recover('ErrA', (e) => e.message).run('x')).toBe('Damn')
    expect(await damned.recover('ErrA', (e) => `Error reported: ${e.message}.`).run('x')).toBe(
      'Error reported: Damn.',
    )
  })

  test('B20: who handles a failure gets the body as the hop got it, over further hops, and files in full', async () => {
    const files: FileProvider = { name: 'store', open: () => Readable.from(['Hello ', 'World']) }
    const file: FileRef = { provider: 'store', id: 'f', version: '1' }
    const [middle, end] = [sink<FileRef>('middle'), sink('end')]
    const handler = flow('handler')
      .input<Failed>()
      .map('body', (b) => b.body as never as FileRef)
      .to(middle)
      .map('read', async (ref) => text(await files.open(ref)))
      .to(end)
      .otherwise(deadLetter())
    const f = flow('f')
      .input<FileRef>()
      .map('overwrite', () => 'overwritten')
      .map('step', () => new ErrA({}))
      .otherwise(divert(handler))
    await using t = testFlow(f, { flows: [handler] })
    await t.send(file)
    expect([inputs(middle), inputs(end)]).toEqual([[file], ['Hello World']])
  })

  test('B25: an order that is refused twice is answered by its handler; a good one is not', async () => {
    class OrderFailed extends failure('OrderFailed', 'transient')<object> {}
    const service = refusing<OrderFailed, { order: string }>('service', Infinity, () => new OrderFailed({}))
    const good = sink<{ order: string }>('good service')
    const [result, error] = [sink<object>('result'), sink<object>('error')]
    const refused = flow('refused')
      .input<Failed>()
      .map('answer', () => ({ text: 'Order ERROR', orderid: 'failed' }))
      .to(error)
      .otherwise(deadLetter())
    const f = flow('orders')
      .input<{ order: string }>()
      .choose((c) => c.when('good', (b) => b.order === 'beer', good).otherwise(service))
      .map('answer', () => ({ text: 'Order OK', orderid: '123' }))
      .to(result)
      .on('OrderFailed', retries(1).orElse(divert(refused)))
      .otherwise(deadLetter())
    await using t = testFlow(f, { flows: [refused] })
    await t.send({ order: 'beer' })
    expect([inputs(result), error.calls]).toEqual([[{ text: 'Order OK', orderid: '123' }], []])
    const r = await t.send({ order: 'kaboom' })
    expect([result.calls.length, service.calls.length]).toEqual([1, 2])
    expect([inputs(error), r.dead]).toEqual([[{ text: 'Order ERROR', orderid: 'failed' }], []])
  })

  test('B9: a recovery of one tag leaves the others to their callers', async () => {
    const open = flow('f')
      .input<string>()
      .map('step', (b) => (b === 'tech' ? new Tech({}) : new ErrA({})))
      .recover('ErrA', () => 'Sorry')
    expect(await open.run('a')).toBe('Sorry')
    expect(await open.call('tech')).toMatchObject({ _tag: 'Left', left: { _tag: 'Tech' } })
  })
})
