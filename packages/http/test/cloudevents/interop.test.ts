import { assert, asyncProperty, constantFrom, option, record, string } from 'fast-check'
import { CloudEvent, HTTP, type CloudEventV1 } from 'cloudevents'
import { describe, expect, test } from 'vitest'
import { CallContext, silentLogger } from '@xconnector/core'
import { cloudEvent, cloudEventBatch, http, json } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW } from '../support/signed.js'
import { BATCH, hooked } from './hooked.js'

interface Order {
  readonly id: string
  readonly note: string
}

interface Sent {
  readonly headers: Record<string, string>
  readonly body: string
}

const order: Order = { id: 'o-1', note: 'Grüße "50%" 🌍' }
const options = {
  source: '/shop',
  type: 'com.example.order.placed',
  subject: (o: Order) => `${o.id} ${o.note}`,
  extensions: () => ({ partition: 3, urgent: true, none: undefined }),
}

/** What a target sends, as its receiver gets it. */
const sent = async <A>(made: ReturnType<typeof cloudEvent<A>>, input: A): Promise<Sent> => {
  let got: Sent | undefined
  await using server = await httpServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (c: string) => (body += c))
    req.on('end', () => {
      got = { headers: req.headers as Record<string, string>, body }
      res.end()
    })
  })
  const client = http({
    name: 'r',
    baseUrl: server.url,
    ports: { clock: manualClock(NOW), log: silentLogger },
  })
  const target = client.target({ name: 't', method: 'POST', path: '/', effect: 'idempotent', ...made })
  await target.run(input, { key: 'msg-1/t' })
  client.close()
  return got!
}

describe('the package `cloudevents` reads what we send', () => {
  test.each(['structured', 'binary'] as const)('in %s mode', async (mode) => {
    const read = HTTP.toEvent<Order>(
      await sent(cloudEvent<Order>({ ...options, mode }), order),
    ) as CloudEventV1<Order>
    expect(read).toMatchObject({
      specversion: '1.0',
      id: 'msg-1/t',
      source: '/shop',
      type: 'com.example.order.placed',
      time: '2023-11-14T22:13:20.000Z',
      datacontenttype: 'application/json',
      data: order,
    })
    // It leaves the percent-encoding of headers as it is, which the specification does not.
    const subject = mode === 'binary' ? decodeURIComponent(read.subject!) : read.subject
    expect(subject).toBe(`o-1 ${order.note}`)
    expect(String(read['partition'])).toBe('3')
    expect(String(read['urgent'])).toBe('true')
  })

  test('in batch mode', async () => {
    const { headers, body } = await sent(cloudEventBatch<Order>(options), [order, { ...order, id: 'o-2' }])
    const read = HTTP.toEvent<Order>({ headers, body }) as CloudEventV1<Order>[]
    expect(read.map((e) => [e.id, e.data!.id])).toEqual([
      ['msg-1/t/0', 'o-1'],
      ['msg-1/t/1', 'o-2'],
    ])
  })
})

describe('we read what the package `cloudevents` sends', () => {
  const theirs = new CloudEvent({
    source: '/theirs',
    type: 't',
    subject: 'a, b',
    time: '2023-11-14T22:13:20.000Z',
    datacontenttype: 'application/json',
    ext1: 'x',
    data: { n: 1 },
  })

  test.each(['structured', 'binary'] as const)('in %s mode', async (mode) => {
    const { intake, send } = await hooked()
    const message = HTTP[mode](theirs)
    const headers = message.headers as Record<string, string>
    expect((await send(message.body as string, headers)).status).toBe(202)
    expect(intake.got).toMatchObject([
      {
        raw: { id: theirs.id, source: '/theirs', type: 't', subject: 'a, b', ext1: 'x', data: { n: 1 } },
        dedupe: `/theirs ${theirs.id}`,
        type: 't',
        time: NOW,
      },
    ])
  })

  test('in batch mode', async () => {
    const { intake, send } = await hooked()
    expect((await send(JSON.stringify([theirs, theirs.cloneWith({ id: 'other' })]), BATCH)).status).toBe(202)
    expect(intake.got.map((i) => i.dedupe)).toEqual([`/theirs ${theirs.id}`, '/theirs other'])
  })
})

test('whatever texts attributes have, we read in each mode what we sent', async () => {
  const { intake, send } = await hooked({}, { dedupe: 'none' })
  const ctx = new CallContext(
    { clock: manualClock(NOW), ids: { next: () => 'm' }, log: silentLogger, config: {} },
    'a test',
    {},
    { key: 'k' },
  )
  const text = string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((t) => !/\p{Cc}/u.test(t))
  const input = record({
    subject: option(text, { nil: undefined }),
    data: text,
    mode: constantFrom('binary' as const, 'structured' as const),
  })
  await assert(
    asyncProperty(input, async ({ subject, data, mode }) => {
      const made = cloudEvent<string>({ source: '/s', type: 't', mode, subject: () => subject })
      const before = intake.got.length
      const { status } = await send(JSON.stringify(made.body(data, ctx)), made.headers(data, ctx))
      expect(status).toBe(202)
      const read = intake.got[before]!.raw as Record<string, unknown>
      expect({ subject: read['subject'], data: read['data'] }).toEqual({ subject, data })
    }),
    { numRuns: 200 },
  )
})

test('what no CloudEvent may be is not sent', async () => {
  await using server = await httpServer((_, res) => res.end())
  const client = http({ name: 'r', baseUrl: server.url })
  const wrong: readonly [Parameters<typeof cloudEvent<Order>>[0], RegExp][] = [
    [{ ...options, source: () => '' }, /source/],
    [{ ...options, source: 'a b' }, /source/],
    [{ ...options, subject: '' }, /subject/],
    [{ ...options, extensions: () => ({ Bad: 'x' }) }, /lower-case/],
    [{ ...options, extensions: () => ({ ext: 1.5 }) }, /ext/],
    [{ ...options, time: () => Number.NaN }, /time/],
    [
      {
        ...options,
        id: () => {
          throw new Error('no id')
        },
      },
      /no id/,
    ],
  ]
  for (const [made, message] of wrong) {
    const target = client.target({
      name: 't',
      method: 'POST',
      path: '/',
      effect: 'idempotent',
      ...cloudEvent(made),
    })
    const result = await target.call(order)
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'StepFailed' } })
    expect(String((result as { left: { cause: unknown } }).left.cause)).toMatch(message)
  }
  expect(() => cloudEvent({ ...options, mode: 'x' as never })).toThrow(/mode/)
  client.close()
})

test('the types of input are those of the options', () => {
  const client = http({ name: 'r', baseUrl: 'https://x.example' })
  const target = client.target({
    name: 't',
    method: 'POST',
    path: '/',
    effect: 'idempotent',
    ...cloudEvent<Order>(options),
  })
  // @ts-expect-error an order has a note
  const wrong = (): unknown => target.run({ id: 'x' })
  const plain = client.target({
    name: 'p',
    method: 'POST',
    path: '/',
    effect: 'idempotent',
    body: json<Order>(),
  })
  // @ts-expect-error the same is expected of a body that is no event
  const wrongToo = (): unknown => plain.run({ id: 'x' })
  expect([wrong, wrongToo]).toHaveLength(2)
  client.close()
})
