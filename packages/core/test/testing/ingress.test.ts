import { describe, expect, it } from 'vitest'
import { byKind, createDestination, flow, right, target, type Intake, type Source } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'

const to = (name: string) =>
  target({
    name,
    destination: createDestination({ name }),
    effect: 'idempotent',
    call: (body: string) => ({ result: right(body), seen: { as: 'ok' } }),
  })

/** A source as an ingress has them: one place, which only one runtime may hold, and none once it has stopped. */
const door = () => {
  let open: Intake | undefined
  let stops = 0
  const source: Source<string, never> = {
    name: 'door',
    single: false,
    decode: (raw) => right(raw as string),
    start(intake) {
      if (open !== undefined) throw new TypeError('started already')
      open = intake
      return {
        stop() {
          open = undefined
          stops++
          throw new Error('it does not like to stop')
        },
      }
    },
  }
  const fetch = async (request: Request): Promise<Response> => {
    const raw = await request.text()
    await open!.accept([{ raw, type: 'test', undecodable: 'dead-letter' }])
    return new Response(null, { status: 202 })
  }
  return { source, fetch, stops: () => stops }
}

const knock = (body: string) => new Request('https://door.test/', { method: 'POST', body })

describe('testFlow with an ingress', () => {
  it('frees what the source holds when the process is killed, and once when it stops', async () => {
    const ingress = door()
    const f = flow('f').from(ingress.source).to(to('one')).otherwise(byKind())
    await using t = testFlow(f, { ingress })
    await t.deliver(knock('a'))
    await t.restart()
    await t.restart({ clean: true })
    const { delivered } = await t.deliver(knock('b'))
    expect([delivered.map((d) => d.input), ingress.stops()]).toEqual([['a', 'b'], 2])
  })

  it('gives a message of one source to every flow that is from it', async () => {
    const ingress = door()
    const of = (name: string) => flow(name).from(ingress.source).to(to(name)).otherwise(byKind())
    await using t = testFlow(of('one'), { ingress, flows: [of('two')] })
    await t.settle()
    const { delivered } = await t.deliver(knock('a'))
    expect(delivered.map((d) => d.target).toSorted()).toEqual(['one', 'two'])
  })
})
