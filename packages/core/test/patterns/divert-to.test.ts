import { describe, expect, test } from 'vitest'
import { createRuntime, deadLetter, flow, memoryJournal } from '../../src/index.js'
import { divertTo } from '../../src/patterns/divert-to.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { fine, inputs, remote, Bad, type Order } from '../semantics/remote.js'

const byHand = (to = fine('desk')) => flow('by hand').input<Order>().to(to).otherwise(deadLetter())
const large = (o: Order): boolean => o.n > 10

describe('detour: a message goes on in another flow', () => {
  test('it is a new message there, caused by this one, and done here, counted as diverted', async () => {
    const messages: { cause: string | undefined; correlation: string }[] = []
    const desk = remote<never>('desk', (_o, ctx) =>
      messages.push({ cause: ctx.message.causationId, correlation: ctx.message.correlationId }),
    )
    const put = fine('put')
    const other = byHand(desk)
    const f = flow('f')
      .input<Order>()
      .choose((c) => c.when('large', large, (s) => s.through(divertTo(other))).otherwise(put))
      .otherwise(deadLetter())
    await using t = testFlow(f, { flows: [other] })
    const r = await t.sendAll([{ n: 1 }, { n: 20 }])
    expect([inputs(put), inputs(desk)]).toEqual([[{ n: 1 }], [{ n: 20 }]])
    const id = (r.accepted[1] as { id: string }).id
    expect(messages).toEqual([{ cause: id, correlation: id }])
    const counts = await t.runtime.counts()
    expect(counts.filter((c) => c.what === 'diverted').map((c) => [c.flow, c.n])).toEqual([['f', 1]])
    expect([balanced(counts), counted(counts, 'in', 'desk')]).toEqual([true, 1])
  })

  test('the other flow must be deployed beside it', () => {
    const f = flow('f').input<Order>().through(divertTo(byHand())).otherwise(deadLetter())
    expect(() => createRuntime({ flows: [f], journal: memoryJournal() })).toThrow(
      'flow "f" diverts to "by hand", which is not among flows',
    )
  })

  test('its body must be one that the other flow takes', () => {
    const texts = flow('texts').input<string>().to(fine<string>('t')).otherwise(deadLetter())
    // @ts-expect-error the flow begins with a text
    flow('f').input<Order>().through(divertTo(texts))
    expect(texts.closed).toBe(true)
  })

  test('called in memory the other flow runs, and its failure is the call’s', async () => {
    const desk = fine('desk')
    const open = flow('f')
      .input<Order>()
      .through(divertTo(byHand(desk)))
    expect(await open.call({ n: 5 })).toEqual({ _tag: 'Left', left: { _tag: 'Diverted', flow: 'by hand' } })
    expect(desk.calls.length).toBe(1)
    const failing = flow('f')
      .input<Order>()
      .through(divertTo(byHand(remote<Bad>('desk', () => new Bad({})) as never)))
    expect(await failing.call({ n: 5 })).toMatchObject({ left: { _tag: 'Bad' } })
  })
})
