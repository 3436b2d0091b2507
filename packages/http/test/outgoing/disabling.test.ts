import { describe, expect, test } from 'vitest'
import type { MemoryEndpoints, WebhookEndpoint } from '../../src/index.js'
import { memoryEndpoints, webhookSender } from '../../src/index.js'
import { NOW } from '../support/signed.js'
import { endpointAt, receiver, sending } from './receiver.js'

const HOUR = 36e5

describe('410', () => {
  test('disables an endpoint; nothing more is sent to it until it is enabled', async () => {
    await using to = await receiver()
    const told: [string, string][] = []
    using s = sending([endpointAt(to.url)], { onDisabled: (e, f) => told.push([e.id, f._tag]) })
    to.answer = () => ({ status: 410 })
    expect(await s.send()).toMatchObject({
      _tag: 'Left',
      left: {
        _tag: 'EndpointDisabled',
        kind: 'permanent',
        endpoint: 'acme',
        why: 'gone',
        since: NOW,
        cause: { status: 410 },
      },
    })
    expect(s.endpoint().disabled).toEqual({ why: 'gone', since: NOW })
    s.clock.advance(HOUR)
    expect(await s.send()).toMatchObject({ left: { _tag: 'EndpointDisabled', why: 'gone', since: NOW } })
    expect(to.got).toHaveLength(1)
    expect(told).toEqual([['acme', 'Rejected']])
    to.answer = () => ({ status: 204 })
    await s.sender.enable('acme')
    expect(await s.send()).toMatchObject({ _tag: 'Right' })
  })

  test('disables it whatever the policy is', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)], { disable: false })
    to.answer = () => ({ status: 410 })
    expect(await s.send()).toMatchObject({ left: { why: 'gone' } })
  })
})

describe('failing', () => {
  test('an endpoint that only fails is disabled after five days, and one success starts them anew', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)])
    to.answer = () => ({ status: 404 })
    await s.send()
    s.clock.advance(119 * HOUR)
    expect(await s.send()).toMatchObject({ left: { _tag: 'NotFound' } })
    expect(s.endpoint().failing).toEqual({ since: NOW, inRow: 2 })
    to.answer = () => ({ status: 202 })
    await s.send()
    expect(s.endpoint().failing).toBeUndefined()
    to.answer = () => ({ status: 404 })
    s.clock.advance(2 * HOUR)
    expect(await s.send()).toMatchObject({ left: { _tag: 'NotFound' } })
    s.clock.advance(120 * HOUR)
    expect(await s.send()).toMatchObject({
      left: { _tag: 'EndpointDisabled', why: 'failing', cause: { _tag: 'NotFound' } },
    })
  })

  test('or after so many failures in a row', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)], { disable: { failures: 3, after: false } })
    to.answer = () => ({ status: 400 })
    const tags = []
    for (let i = 0; i < 4; i++) tags.push(((await s.send()) as { left: { _tag: string } }).left._tag)
    expect(tags).toEqual(['Rejected', 'Rejected', 'EndpointDisabled', 'EndpointDisabled'])
    expect(to.got).toHaveLength(3)
  })

  test('one failure alone is no reason, however long it was ago', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)], { disable: { after: '0s' } })
    to.answer = () => ({ status: 400 })
    expect(await s.send()).toMatchObject({ left: { _tag: 'Rejected' } })
    expect(await s.send()).toMatchObject({ left: { _tag: 'EndpointDisabled' } })
  })

  test('a redirect is not followed, and counts as a failure', async () => {
    await using to = await receiver()
    await using other = await receiver()
    using s = sending([endpointAt(to.url)])
    to.answer = () => ({ status: 307, headers: { location: other.url } })
    expect(await s.send()).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'redirect' } })
    expect(other.got).toEqual([])
    expect(s.endpoint().failing?.inRow).toBe(1)
  })

  test('what is our own mistake does not count', async () => {
    using s = sending([endpointAt('https://a.example')])
    const target = s.sender.target<string>({
      name: 'broken',
      endpoint: () => 'acme',
      body: () => {
        throw new Error('no body')
      },
    })
    expect(await target.call('x')).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(s.endpoint().failing).toBeUndefined()
  })

  test('an endpoint that is disabled while a call is under way gives the call its reason', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)])
    to.answer = async () => {
      await s.sender.disable('acme')
      return { status: 400 }
    }
    expect(await s.send()).toMatchObject({ left: { _tag: 'EndpointDisabled', why: 'asked' } })
  })
})

test('an endpoint that is not there any more is told as such', async () => {
  using s = sending([])
  expect(await s.send({ to: 'nobody' })).toMatchObject({
    left: { _tag: 'EndpointDisabled', why: 'removed', endpoint: 'nobody' },
  })
})

describe('a callback that fails changes nothing', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('x')
      },
    ],
    ['rejects', () => Promise.reject(new Error('x'))],
    ['never ends', () => new Promise(() => {})],
  ])('%s', async (_, onDisabled) => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)], { onDisabled })
    to.answer = () => ({ status: 410 })
    expect(await s.send()).toMatchObject({ left: { _tag: 'EndpointDisabled' } })
  })
})

describe('a store that fails', () => {
  const broken = (own: Partial<MemoryEndpoints>, endpoint: WebhookEndpoint): MemoryEndpoints => ({
    ...memoryEndpoints([endpoint]),
    ...own,
  })

  test('before the call: nothing is sent, and it may be tried again', async () => {
    await using to = await receiver()
    using s = sending([], {
      endpoints: broken(
        {
          get: () => {
            throw new Error('db')
          },
        },
        endpointAt(to.url),
      ),
    })
    expect(await s.send()).toMatchObject({ left: { _tag: 'EndpointsUnavailable', kind: 'transient' } })
    expect(to.got).toEqual([])
  })

  test('after it: what became of the webhook stands', async () => {
    await using to = await receiver()
    const failing = endpointAt(to.url, { failing: { since: NOW, inRow: 1 } })
    using s = sending([], {
      endpoints: broken(
        {
          update: () => {
            throw new Error('db')
          },
        },
        failing,
      ),
    })
    expect(await s.send()).toMatchObject({ _tag: 'Right' })
    to.answer = () => ({ status: 410 })
    expect(await s.send()).toMatchObject({ left: { _tag: 'Rejected' } })
  })
})

test('subscribers are those at work that want the type', async () => {
  const url = 'https://a.example'
  using s = sending([
    endpointAt(url, { id: 'all' }),
    endpointAt(url, { id: 'orders', types: ['order.placed'] }),
    endpointAt(url, { id: 'none', types: [] }),
    endpointAt(url, { id: 'off', disabled: { why: 'asked', since: 0 } }),
  ])
  expect(await s.sender.subscribers('order.placed')).toEqual(['all', 'orders'])
  expect(await s.sender.subscribers('other')).toEqual(['all'])
  expect(await s.sender.subscribers()).toEqual(['all', 'orders', 'none'])
})

describe('nonsense is told of at once', () => {
  const ok = { name: 'p', endpoints: memoryEndpoints() }
  test.each<[string, () => unknown, RegExp]>([
    [
      'no store',
      () => webhookSender({ name: 'p', endpoints: undefined as never }),
      /endpoints: expected a store/,
    ],
    ['a count of nothing', () => webhookSender({ ...ok, disable: { failures: 0 } }), /disable.failures/],
    [
      'a time that is none',
      () => webhookSender({ ...ok, disable: { after: 'x' as never } }),
      /disable.after/,
    ],
    ['no calls at a time', () => webhookSender({ ...ok, concurrency: 0 }), /concurrency/],
    ['an overlap that is none', () => webhookSender({ ...ok, overlap: 'x' as never }), /overlap/],
    [
      'an endpoint without secrets',
      () => memoryEndpoints([endpointAt('https://a.example', { secrets: [] })]),
      /secrets: expected at least one/,
    ],
    ['a URL that is none', () => memoryEndpoints([endpointAt('nowhere')]), /url: expected an https URL/],
    ['a URL with a password', () => memoryEndpoints([endpointAt('https://u:p@a.example')]), /no credentials/],
    [
      'one id twice',
      () => memoryEndpoints([endpointAt('https://a.example'), endpointAt('https://b.example')]),
      /differ/,
    ],
    ['no id', () => memoryEndpoints([endpointAt('https://a.example', { id: ' ' })]), /id: expected/],
  ])('%s', (_, made, message) => {
    expect(made).toThrow(TypeError)
    expect(made).toThrow(message)
  })
})
