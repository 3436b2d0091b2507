import { assert, dictionary, constantFrom, jsonValue, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signStandardWebhook } from '../../src/index.js'
import { NOW, SECRET } from '../support/signed.js'
import { BATCH, event, hooked, STRUCTURED } from './hooked.js'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('structured mode', () => {
  test('an event is one message: its body, its type, its time, and a key of source and id', async () => {
    const { intake, send } = await hooked()
    const whole = event({
      time: '2023-11-14T22:13:20.5Z',
      subject: 'o-1',
      data: { n: 1 },
      partition: 3,
      nothing: null,
    })
    const { status, json } = await send(JSON.stringify(whole), STRUCTURED)
    expect({ status, json }).toEqual({ status: 202, json: { id: 'id-1' } })
    const { nothing: _nothing, ...raw } = whole
    expect(intake.got).toEqual([
      {
        raw,
        type: 'order.placed',
        dedupe: '/shop e-1',
        time: NOW + 500,
        headers: {},
        undecodable: 'dead-letter',
      },
    ])
  })

  test('tracing and correlation of the event win over those of the request', async () => {
    const { intake, send } = await hooked()
    const other = TRACE.replace('0af7', '1af7')
    await send(JSON.stringify(event({ traceparent: TRACE, tracestate: 'a=1', correlationid: 'c-1' })), {
      ...STRUCTURED,
      traceparent: other,
      'correlation-id': 'c-2',
    })
    await send(JSON.stringify(event({ id: 'e-2', traceparent: 'none' })), {
      ...STRUCTURED,
      traceparent: other,
    })
    expect(intake.got.map((i) => i.headers)).toEqual([
      { traceparent: TRACE, tracestate: 'a=1', 'correlation-id': 'c-1' },
      { traceparent: other },
    ])
  })

  test('its data alone, with the attributes as headers', async () => {
    const { intake, send } = await hooked({ body: 'data' })
    await send(JSON.stringify(event({ subject: 'o-1', data: [1] })), STRUCTURED)
    await send(JSON.stringify(event({ id: 'e-2' })), STRUCTURED)
    await send(JSON.stringify(event({ id: 'e-3', data_base64: 'AAE=' })), STRUCTURED)
    expect(intake.got.map((i) => i.raw)).toEqual([[1], null, 'AAE='])
    expect(intake.got[0]!.headers).toEqual({
      'ce-specversion': '1.0',
      'ce-id': 'e-1',
      'ce-source': '/shop',
      'ce-type': 'order.placed',
      'ce-subject': 'o-1',
    })
  })

  test.each<[string, unknown, string]>([
    ['no object', [], 'expected an event as an object'],
    ['another version', event({ specversion: '0.3' }), 'specversion'],
    ['no id', event({ id: null }), 'id: expected'],
    ['an empty source', event({ source: '' }), 'source: expected'],
    ['a source with a space', event({ source: 'a b' }), 'source: expected a URI'],
    ['a type that is a number', event({ type: 1 }), 'type: expected'],
    ['an empty subject', event({ subject: '' }), 'subject: expected'],
    ['a time that is none', event({ time: 'yesterday' }), 'time: expected an RFC 3339'],
    ['a name in upper case', event({ Upper: 'x' }), 'lower-case'],
    ['an extension that is an object', event({ ext: {} }), 'ext: expected a text, a boolean or an integer'],
    ['an extension past 32 bits', event({ ext: 2 ** 31 }), 'ext: expected'],
    ['an extension with a line break', event({ ext: 'a\nb' }), 'ext: expected a text without'],
    ['data twice', event({ data: 1, data_base64: 'AA==' }), 'either data or data_base64'],
    ['data_base64 that is none', event({ data_base64: '?' }), 'data_base64: expected base64'],
  ])('%s is refused with 400, and the sender is told what was expected', async (_, body, detail) => {
    const { intake, send } = await hooked()
    const { status, json } = await send(JSON.stringify(body), STRUCTURED)
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining(detail) as never },
    })
    expect(intake.got).toEqual([])
  })

  test('names that objects have of their own are names like others', async () => {
    const { intake, send } = await hooked({ body: 'data' })
    expect(
      (await send('{"specversion":"1.0","id":"9","source":"/s","type":"t","__proto__":"x"}', STRUCTURED))
        .status,
    ).toBe(202)
    expect(Object.keys(intake.got[0]!.headers!).filter((name) => name.includes('proto'))).toEqual([])
    expect((await send(JSON.stringify(event({ constructor: 'x' })), STRUCTURED)).status).toBe(202)
    expect(intake.got[1]!.headers).toMatchObject({ 'ce-constructor': 'x' })
  })

  test('an integer that would be rounded is refused', async () => {
    const { intake, send } = await hooked({ body: 'data' })
    const text = JSON.stringify(event({ data: { n: 0 } })).replace('{"n":0}', '{"n":9007199254740993}')
    const { status } = await send(text, STRUCTURED)
    expect([status, intake.got]).toEqual([400, []])
  })

  test('whatever JSON comes, it is one message or a 400', async () => {
    const { send } = await hooked({}, { dedupe: 'none' })
    const attribute = oneof(jsonValue(), constantFrom('1.0', '/s', '2020-01-01T00:00:00Z', ''))
    const name = oneof(
      constantFrom('specversion', 'id', 'source', 'type', 'time', 'data', 'data_base64'),
      string({ maxLength: 5 }),
    )
    const statuses = new Set<number>()
    const check = async (value: unknown): Promise<void> => {
      statuses.add((await send(JSON.stringify(value), STRUCTURED)).status)
    }
    const made: unknown[] = []
    assert(property(dictionary(name, attribute), (own) => void made.push(event(own), own)))
    for (const value of made) await check(value)
    expect(statuses).toEqual(new Set([202, 400]))
  })
})

describe('binary mode', () => {
  const head = {
    'ce-specversion': '1.0',
    'ce-id': 'e-1',
    'ce-source': '/shop',
    'ce-type': 'order.placed',
    'content-type': 'application/json',
  }

  test('attributes come from headers, decoded, and data from the body', async () => {
    const { intake, send } = await hooked()
    const { status } = await send('{"n":1}', {
      ...head,
      'ce-subject': 'Gr%C3%BC%C3%9Fe%20%F0%9F%8C%8D 50%',
      'ce-ext': '"a \\"b\\""',
    })
    expect(status).toBe(202)
    expect(intake.got).toMatchObject([
      {
        raw: event({
          subject: 'Grüße 🌍 50%',
          ext: 'a "b"',
          datacontenttype: 'application/json',
          data: { n: 1 },
        }),
        dedupe: '/shop e-1',
        type: 'order.placed',
      },
    ])
  })

  test.each<[string, string | Buffer, string | undefined, object]>([
    ['JSON by its suffix', '{"n":1}', 'application/vnd.x+json', { data: { n: 1 } }],
    ['JSON where no type is told', '[1]', undefined, { data: [1] }],
    ['a text', 'a,b', 'text/csv', { data: 'a,b' }],
    ['bytes', Buffer.from([0, 255]), 'image/png', { data_base64: 'AP8=' }],
    ['nothing', '', 'application/json', {}],
  ])('data: %s', async (_, body, type, data) => {
    const { intake, send } = await hooked()
    const { 'content-type': _type, ...rest } = head
    const bytes = Buffer.from(body)
    expect((await send(bytes, { ...rest, ...(type !== undefined && { 'content-type': type }) })).status).toBe(
      202,
    )
    expect(intake.got[0]!.raw).toEqual(
      event({ ...data, ...(type !== undefined && { datacontenttype: type }) }),
    )
  })

  test.each<[string, Record<string, string>, string, number]>([
    ['no CloudEvent at all', { 'content-type': 'application/json' }, '{}', 415],
    ['no JSON', head, '{', 400],
    ['not UTF-8 in a header', { ...head, 'ce-subject': '%FF' }, '{}', 400],
    ['another charset', { ...head, 'content-type': 'text/plain; charset=latin1' }, 'x', 415],
    ['an encoding', { ...head, 'content-encoding': 'gzip' }, '{}', 415],
    ['a media type that is none', { ...head, 'content-type': 'json' }, '{}', 415],
    ['datacontenttype as a header', { ...head, 'ce-datacontenttype': 'application/json' }, '{}', 400],
    ['an id that a server has joined', { ...head, 'ce-id': 'e-1, e-1' }, '{}', 400],
    ['a name with a dash', { ...head, 'ce-my-ext': 'x' }, '{}', 400],
  ])('%s is refused', async (_, headers, body, status) => {
    const { intake, send } = await hooked()
    expect((await send(body, headers)).status).toBe(status)
    expect(intake.got).toEqual([])
  })

  test('an id that the verifier vouches for wins over the one in the head, which nobody signed', async () => {
    const { intake, send } = await hooked({}, { signed: true })
    const sign = (body: string, id: string): Record<string, string> => ({
      ...signStandardWebhook({ secret: SECRET, id, timestamp: NOW / 1000, body }),
    })
    await send('{}', { ...head, ...sign('{}', 'msg_1') })
    await send('{}', { ...head, ...sign('{}', 'msg_1'), 'ce-id': 'forged' })
    expect(intake.got.map((i) => i.dedupe)).toEqual(['msg_1'])
    const body = JSON.stringify(event())
    await send(body, { ...STRUCTURED, ...sign(body, 'msg_2') })
    expect(intake.got[1]!.dedupe).toBe('/shop e-1')
  })
})

describe('modes', () => {
  test('those that are not wanted are 415, and the sender is told which are', async () => {
    const { send } = await hooked({ modes: ['structured'] })
    for (const [body, headers] of [
      ['[]', BATCH],
      ['{}', { 'ce-specversion': '1.0', 'content-type': 'application/json' }],
      ['<e/>', { 'content-type': 'application/cloudevents+xml' }],
    ] as const) {
      const answer = await send(body, headers)
      expect(answer.status).toBe(415)
      expect(answer.headers.get('accept')).toBe('application/cloudevents+json')
    }
  })
})
