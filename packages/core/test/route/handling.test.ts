import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow, retry } from '../../src/index.js'
import { routeData } from '../../src/route/route.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, inputs, type Order } from '../semantics/remote.js'

describe('routes inside of routes', () => {
  test('an alert on a route by kind holds for one inside of it too', async () => {
    const pager = fine<{ tag: string }>('pager')
    const f = flow('f')
      .input<Order>()
      .to(failing<Bad>('site', 9, () => new Bad({})))
      .otherwise(byKind({ permanent: byKind({ permanent: discard('nobody minds') }) }).alert(pager))
    await using t = testFlow(f)
    const r = await t.send({ n: 1 })
    expect([r.dead, inputs(pager)]).toMatchObject([[], [{ tag: 'Bad' }]])
  })

  test('a retry that gives up may go on by kind; a retry inside of that is a dead letter', async () => {
    for (const inner of [discard('late'), retry({ attempts: 9 })]) {
      const f = flow('f')
        .input<Order>()
        .to(failing('site', 9))
        .otherwise(retry({ attempts: 2, initial: '1s' }).orElse(byKind({ transient: inner })))
      await using t = testFlow(f)
      const r = await t.send({ n: 1 })
      expect(r.dead.length).toBe(routeData(inner, new Bad({})).verb === 'discard' ? 0 : 1)
    }
  })

  test('a failure of a kind that nobody knows is a dead letter', () => {
    const odd = { _tag: 'Odd', kind: 'odd', message: 'odd' }
    expect(routeData(byKind(), odd as never)).toMatchObject({ verb: 'deadLetter' })
  })
})

test('a deadLetter by kind is as good as any', () => {
  expect(routeData(deadLetter({ key: 'block' }), new Bad({}))).toMatchObject({ key: 'block' })
})
