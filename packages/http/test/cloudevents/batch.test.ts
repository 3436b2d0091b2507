import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  byKind,
  createRuntime,
  flow,
  JournalUnavailable,
  memoryJournal,
  silentLogger,
} from '@xconnector/core'
import {
  cloudEvents,
  eventOf,
  ingress,
  signStandardWebhook,
  standardWebhooks,
  unsigned,
} from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET } from '../support/signed.js'
import { BATCH, event, hooked } from './hooked.js'

const batch = (...ids: readonly string[]): string => JSON.stringify(ids.map((id) => event({ id })))

describe('batch mode', () => {
  test('each event is a message, and all are stored by one call', async () => {
    const { intake, send } = await hooked()
    let calls = 0
    const { accept } = intake
    Object.assign(intake, { accept: (...args: Parameters<typeof accept>) => (calls++, accept(...args)) })
    expect(await send(batch('a', 'b', 'a'), BATCH)).toMatchObject({
      status: 202,
      json: { ids: ['id-1', 'id-2', 'id-1'] },
    })
    expect(calls).toBe(1)
    expect(intake.got.map((i) => i.dedupe)).toEqual(['/shop a', '/shop b'])
  })

  test('a batch of one is answered as a batch, and one of none with 204', async () => {
    const { send } = await hooked()
    expect(await send(batch('a'), BATCH)).toMatchObject({ status: 202, json: { ids: ['id-1'] } })
    expect((await send('[]', BATCH)).status).toBe(204)
  })

  test('one event that is none: nothing is stored, and its place is told', async () => {
    const { intake, send } = await hooked()
    const body = JSON.stringify([event(), event({ id: '' })])
    expect(await send(body, BATCH)).toMatchObject({
      status: 400,
      json: { detail: 'event 1: id: expected a text that is not empty' },
    })
    for (const wrong of ['{}', '[1]', '[[]]', 'null', '['])
      expect((await send(wrong, BATCH)).status).toBe(400)
    expect(intake.got).toEqual([])
  })

  test('where what does not decode is refused, one such event keeps all of them out', async () => {
    const body = eventOf({ 'order.placed': z.object({ n: z.number() }) })
    const { intake, send } = await hooked({}, { body, undecodable: 'refuse' })
    const events = [event({ id: 'a', data: { n: 1 } }), event({ id: 'b', data: { n: 'x' } })]
    expect(await send(JSON.stringify(events), BATCH)).toMatchObject({
      status: 400,
      json: { issues: [{ path: [1, 'data', 'n'] }] },
    })
    expect(intake.got).toEqual([])
    expect((await send(JSON.stringify([events[0], { ...events[0], id: 'c' }]), BATCH)).status).toBe(202)
    expect(intake.got).toHaveLength(2)
  })

  test('more events than are allowed are refused', async () => {
    const { send } = await hooked({ maxEvents: 2 })
    expect((await send(batch('a', 'b'), BATCH)).status).toBe(202)
    expect(await send(batch('a', 'b', 'c'), BATCH)).toMatchObject({
      status: 400,
      json: { detail: 'expected at most 2 events' },
    })
  })

  test('events that are not wanted are left out, and the others stored', async () => {
    const only = (raw: unknown): boolean => (raw as { id: string }).id !== 'b'
    const { intake, send } = await hooked({}, { only })
    expect(await send(batch('a', 'b'), BATCH)).toMatchObject({ json: { ids: ['id-1'] } })
    expect((await send(batch('b', 'b'), BATCH)).status).toBe(204)
    expect(intake.got).toHaveLength(1)
  })

  test('a header as the dedupe key is made one for each event', async () => {
    const { intake, send } = await hooked({}, { dedupe: { header: 'X-Batch' } })
    await send(batch('a', 'b'), { ...BATCH, 'x-batch': '7' })
    expect(intake.got.map((i) => i.dedupe)).toEqual(['7#0', '7#1'])
  })

  test('a journal that fails answers 503', async () => {
    const { intake, send } = await hooked()
    Object.assign(intake, { accept: () => Promise.reject(new JournalUnavailable('failed', 'disk')) })
    expect((await send(batch('a', 'b'), BATCH)).status).toBe(503)
  })
})

test('through a runtime: a batch that comes twice is handled once, one event that does not decode is a dead letter', async () => {
  const clock = manualClock(NOW)
  const hooks = ingress({ clock })
  const source = hooks.webhook({
    path: '/e',
    body: eventOf({ 'order.placed': z.object({ n: z.number() }) }),
    format: cloudEvents({ modes: ['batch'] }),
    verify: standardWebhooks({ secret: SECRET }),
  })
  const journal = memoryJournal({ clock })
  const runtime = createRuntime({
    flows: [
      flow('orders')
        .from(source, { key: (e) => e.subject ?? '' })
        .otherwise(byKind()),
    ],
    journal,
    clock,
    log: silentLogger,
    role: 'accept',
  })
  await runtime.start()
  const body = JSON.stringify([
    event({ id: 'a', subject: 's', data: { n: 1 } }),
    event({ id: 'b', data: { n: 'x' } }),
    event({ id: 'c', data: { n: 2 } }),
  ])
  const send = (id: string): Promise<Response> =>
    hooks.fetch(
      new Request('https://here.example/e', {
        method: 'POST',
        body,
        headers: { ...BATCH, ...signStandardWebhook({ secret: SECRET, id, timestamp: NOW / 1000, body }) },
      }),
    )
  const first = await (await send('m1')).json()
  expect(await (await send('m2')).json()).toEqual(first)
  const counts = await journal.admin.counts()
  expect(Object.fromEntries(counts.map((c) => [c.what, c.n]))).toMatchObject({ waiting: 2, dead: 1 })
  const stopped = runtime.stop()
  clock.advance(1)
  await stopped
})

describe('a sender that asks whether it may send', () => {
  test('is answered by the origins that may', async () => {
    const { send } = await hooked({ handshake: { origins: ['events.example'], rate: 120 } })
    const ask = (origin?: string) =>
      send('', origin === undefined ? {} : { 'webhook-request-origin': origin }, 'OPTIONS')
    const allowed = await ask('Events.Example')
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('webhook-allowed-origin')).toBe('Events.Example')
    expect(allowed.headers.get('webhook-allowed-rate')).toBe('120')
    const stranger = await ask('evil.example')
    expect(stranger.status).toBe(403)
    expect(stranger.headers.get('webhook-allowed-origin')).toBeNull()
    expect((await ask()).status).toBe(400)
  })

  test('is answered by a star where all may, and with 405 where nobody asked for it', async () => {
    const asked = { 'webhook-request-origin': 'x.example' }
    const open = await (await hooked({ handshake: { origins: ['*'] } })).send('', asked, 'OPTIONS')
    expect(open.headers.get('webhook-allowed-origin')).toBe('*')
    expect((await (await hooked()).send('', asked, 'OPTIONS')).status).toBe(405)
  })
})

describe('nonsense is told of at once', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['no modes', () => cloudEvents({ modes: [] }), /modes/],
    ['an unknown mode', () => cloudEvents({ modes: ['x' as never] }), /modes/],
    ['an unknown body', () => cloudEvents({ body: 'x' as never }), /body/],
    ['no events', () => cloudEvents({ maxEvents: 0 }), /maxEvents/],
    ['no origins', () => cloudEvents({ handshake: { origins: [] } }), /handshake.origins/],
    ['a rate of nothing', () => cloudEvents({ handshake: { origins: ['*'], rate: 0 } }), /handshake.rate/],
    ['no types', () => eventOf({}), /eventOf/],
    [
      'a format that is none',
      () =>
        ingress().webhook({
          path: '/x',
          body: z.any(),
          verify: unsigned({ because: 'x' }),
          format: {} as never,
        }),
      /format: expected a format/,
    ],
  ])('%s', (_, made, message) => expect(made).toThrow(message))
})
