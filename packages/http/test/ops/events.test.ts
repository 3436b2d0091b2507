import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { untilSignal } from '@xconnector/core'
import { EventFeed } from '../../src/ops/events/event-feed.js'
import { httpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { body, left, operated, Refused, type Operated, SOON } from './operated.js'

interface Told {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** Reads a stream of events, bit by bit. */
const reading = (answer: Response) => {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<Told | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const [, event] = /^event: (.+)$/m.exec(block) ?? []
        const [, data] = /^data: (.+)$/m.exec(block) ?? []
        if (event !== undefined && data !== undefined)
          return { event, data: JSON.parse(data) as Record<string, unknown> }
        continue
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      text += value
    }
  }
  return { next, cancel: () => reader.cancel() }
}

const listening = (o: Operated): number => o.runtime.events.listenerCount('accepted')

describe('events', () => {
  test('are told as they happen, those that are wanted, and by nobody when the last reader has left', async () => {
    await using o = await operated()
    const before = listening(o)
    const answer = await o.get('/ops/events?types=done,dead&flow=publish')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect([answer.headers.get('cache-control'), answer.headers.get('x-accel-buffering')]).toEqual([
      'no-store',
      'no',
    ])
    const stream = reading(answer)
    const all = reading(await o.get('/ops/events'))
    o.answer = () => left(new Refused({ because: 'x' }, 'closed'))
    const [id] = await o.give({ id: 'a', n: 1 })
    expect(await stream.next()).toMatchObject({
      event: 'done',
      data: { flow: 'publish', hop: 'checked', id },
    })
    expect(await stream.next()).toMatchObject({
      event: 'dead',
      data: { id: `${id}/put`, attempt: 1, error: { _tag: 'Refused', because: 'x' } },
    })
    expect(await all.next()).toMatchObject({ event: 'accepted', data: { id, as: 'accepted' } })
    expect(listening(o)).toBe(before + 1)
    await stream.cancel()
    await all.cancel()
    await expect.poll(() => listening(o), SOON).toBe(before)
  })

  test('types that there are not are refused, and too many readers sent away', async () => {
    await using o = await operated()
    expect((await o.get('/ops/events?types=done,nonsense')).status).toBe(400)
    const open = await Promise.all(Array.from({ length: 32 }, () => o.get('/ops/events')))
    const more = await o.get('/ops/events')
    expect([more.status, more.headers.get('retry-after')]).toEqual([503, '5'])
    await open[0]!.body!.cancel()
    const again = await o.get('/ops/events')
    expect(again.status).toBe(200)
  })

  test('end when the runtime stops, so that a server that closes is not held open', async () => {
    await using o = await operated()
    const server = createServer(o.ops.node)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ops/events`
    const [answer] = (await once(request(url).end(), 'response')) as [IncomingMessage]
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    const closed = untilSignal(o.runtime, { server, signals: ['SIGUSR2'] })
    process.kill(process.pid, 'SIGUSR2')
    await once(answer, 'end')
    expect(text).toMatch(/event: end\ndata: \{"why":"the runtime stops"\}\n\n$/)
    expect(await closed).toBe('SIGUSR2')
    expect((await o.get('/ops/events')).status).toBe(503)
  })

  test('a reader that leaves is forgotten, over a socket too', async () => {
    await using o = await operated()
    const before = listening(o)
    await using server = await httpServer(o.ops.node)
    const asking = request(`${server.url}/ops/events`).end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    await once(answer, 'data')
    expect(listening(o)).toBe(before + 1)
    asking.destroy()
    await expect.poll(() => listening(o), SOON).toBe(before)
  })

  test('a reader that does not read holds nobody up, and is told what it missed', async () => {
    await using o = await operated({ ops: { maxHeldEvents: 10 } })
    const slow = await o.get('/ops/events')
    const n = 2000
    await o.give(...Array.from({ length: n }, (_, i) => ({ id: `o-${i}`, n: i })))
    await o.settled()
    expect(o.sent.length).toBe(n)
    const stream = reading(slow)
    let told = 0
    for (;;) {
      const one = await stream.next()
      if (one?.event === 'dropped') {
        expect(told + Number(one.data['n'])).toBe(3 * n)
        expect(told).toBeGreaterThan(10)
        break
      }
      told++
    }
    await o.give({ id: 'later', n: 1 })
    expect((await stream.next())?.event).toBe('accepted')
    await stream.cancel()
  })

  test('are closed by hand too', async () => {
    await using o = await operated()
    const stream = reading(await o.get('/ops/events'))
    o.ops.close()
    expect(await stream.next()).toEqual({ event: 'end', data: { why: 'it was closed' } })
    expect(await stream.next()).toBeUndefined()
    expect((await body<{ status: string }>(o.get('/ops/readyz'))).status).toBe('ready')
  })
})

describe('a feed', () => {
  const feeding = (room: number) => {
    const clock = manualClock()
    const wire = { text: '', room, ended: false, left: 0 }
    const feed = new EventFeed(
      {
        write(text) {
          wire.text += text
          return --wire.room > 0
        },
        end: () => void (wire.ended = true),
      },
      clock,
      { events: 2, heartbeatMs: 1000 },
      () => void wire.left++,
    )
    return { clock, wire, feed }
  }

  test('holds what does not go out, in order, up to its bound; then counts, and tells when it has caught up', () => {
    const { wire, feed } = feeding(2)
    for (const text of ['1 ', '2 ', '3 ', '4 ', '5 ']) feed.take(text)
    expect(wire.text).toBe('retry: 5000\n\n1 ')
    wire.room = 1
    feed.ready()
    expect(wire.text).toBe('retry: 5000\n\n1 2 ')
    feed.take('6 ')
    feed.take('7 ')
    wire.room = 10
    feed.ready()
    expect(wire.text).toBe('retry: 5000\n\n1 2 3 6 event: dropped\ndata: {"n":3}\n\n')
    feed.take('8 ')
    expect(wire.text).toMatch(/\}\n\n8 $/)
  })

  test('shows that it is still there, but not to who does not read, and ends without a timer', () => {
    const { clock, wire, feed } = feeding(10)
    clock.advance(2500)
    expect(wire.text.match(/: still here\n\n/g)?.length).toBe(2)
    wire.room = 0
    feed.take('x')
    clock.advance(5000)
    expect(wire.text.match(/still here/g)?.length).toBe(2)
    feed.gone()
    feed.gone()
    expect([clock.pending, wire.left]).toEqual([0, 1])
    feed.take('late')
    expect(wire.text).not.toContain('late')
  })

  test('that is closed tells what it held and what it dropped', () => {
    const { clock, wire, feed } = feeding(1)
    for (const text of ['1 ', '2 ', '3 ']) feed.take(text)
    feed.close('done')
    feed.close('done')
    expect(wire.text).toBe(
      'retry: 5000\n\n1 2 event: dropped\ndata: {"n":1}\n\nevent: end\ndata: {"why":"done"}\n\n',
    )
    expect([wire.ended, wire.left, clock.pending]).toEqual([true, 1, 0])
  })
})
