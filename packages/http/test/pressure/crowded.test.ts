import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  flow,
  JournalUnavailable,
  memoryJournal,
  type Accepted,
  type Journal,
} from '@xconnector/core'
import { ingress, unsigned } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer, opened, raw, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { until } from '../support/streams.js'

const verify = unsigned({ because: 'a test' })
const JSON_TYPE = { 'content-type': 'application/json' }

/** A journal whose writes of messages wait until they are let go. */
const heldJournal = (): { readonly journal: Journal; readonly held: () => number; letGo(): void } => {
  const journal = memoryJournal()
  let open = (): void => {}
  let held = 0
  let most = 0
  const gate = new Promise<void>((resolve) => (open = resolve))
  const accept: Journal['accept'] = async (entries, options) => {
    if (entries.length > 0) {
      most = Math.max(most, ++held)
      await gate
    }
    return journal.accept(entries, options)
  }
  return {
    journal: new Proxy(journal, {
      get: (of, name) => {
        if (name === 'accept') return accept
        const value: unknown = Reflect.get(of, name)
        return typeof value === 'function' ? value.bind(of) : value
      },
    }),
    held: () => most,
    letGo: () => open(),
  }
}

describe('a hundred times as much as there is room for', () => {
  test('is stored or told to come again: nothing is lost, nothing is held beyond the limits', async () => {
    const { journal, held, letGo } = heldJournal()
    const maxBodies = 20
    const hooks = ingress({ maxBodies })
    const source = hooks.webhook({ path: '/o', body: anyJson, verify, dedupe: { field: 'id' } })
    const seen: string[] = []
    const all = flow('all')
      .from(source)
      .tap('see', (body) => void seen.push((body as { id: string }).id))
      .otherwise(byKind())
    const runtime = createRuntime({ flows: [all], journal })
    await runtime.start()
    await using server = await httpServer(hooks.node)
    let answered = 0
    const sent = Array.from({ length: 100 * maxBodies }, async (_, i) => {
      const body = JSON.stringify({ id: `m${i}`, fill: 'x'.repeat(2000) })
      const answer = await send(`${server.url}/o`, { headers: JSON_TYPE, body })
      answered++
      return { id: `m${i}`, status: answer.status, again: answer.headers['retry-after'] }
    })
    // Those that are turned away have their answer while the journal hangs.
    await until(() => answered === 99 * maxBodies)
    expect(held()).toBe(maxBodies)
    letGo()
    const answers = await Promise.all(sent)
    const stored = answers.filter((a) => a.status === 202).map((a) => a.id)
    const away = answers.filter((a) => a.status === 503)
    expect([stored.length, away.length]).toEqual([maxBodies, 99 * maxBodies])
    expect(away.every((a) => Number(a.again) > 0)).toBe(true)
    await until(() => seen.length >= stored.length && runtime.idle)
    expect(new Set(seen)).toEqual(new Set(stored))
    expect(seen.length).toBe(stored.length)
    // There is room again.
    expect((await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{"id":"last"}' })).status).toBe(202)
    await runtime.stop()
  })

  test('a journal that hangs shows before the next body is read, and so does one that fails', async () => {
    const clock = manualClock()
    const journal = memoryJournal()
    let accept: Journal['accept'] = (entries, options) => journal.accept(entries, options)
    const proxy = new Proxy(journal, {
      get: (of, name) => {
        if (name === 'accept') return (...a: Parameters<Journal['accept']>) => accept(...a)
        const value: unknown = Reflect.get(of, name)
        return typeof value === 'function' ? value.bind(of) : value
      },
    })
    const hooks = ingress({ clock })
    const source = hooks.webhook({ path: '/o', body: anyJson, verify })
    const all = flow('all').from(source).otherwise(byKind())
    const runtime = createRuntime({ flows: [all], journal: proxy, role: 'accept', clock, log: silent })
    await runtime.start()
    const post = (): Request =>
      new Request('http://x.test/o', { method: 'POST', body: '{}', headers: JSON_TYPE })
    const pulled = async (): Promise<[number, boolean]> => {
      const request = post()
      return [(await hooks.fetch(request)).status, request.bodyUsed]
    }
    const held: (() => void)[] = []
    accept = async (entries, options) => {
      await new Promise<void>((resolve) => held.push(resolve))
      return journal.accept(entries, options)
    }
    const first = hooks.fetch(post())
    await until(() => held.length === 1)
    const second = hooks.fetch(post())
    await until(() => held.length === 2)
    clock.advance(1999)
    expect((await hooks.fetch(new Request('http://x.test/o', { method: 'POST', body: '{' }))).status).toBe(
      415,
    )
    clock.advance(1)
    expect(await pulled()).toEqual([503, false])
    accept = (entries, options) => journal.accept(entries, options)
    held[1]!()
    expect((await second).status).toBe(202)
    // The first still hangs.
    expect(await pulled()).toEqual([503, false])
    held[0]!()
    expect((await first).status).toBe(202)
    accept = () => Promise.reject(new JournalUnavailable('full', 'The disk is full.'))
    expect(await pulled()).toEqual([503, true])
    expect(await pulled()).toEqual([503, false])
    accept = (entries, options) => journal.accept(entries, options)
    clock.advance(1000)
    expect(await pulled()).toEqual([202, true])
    await runtime.stop()
  })
})

describe('bytes that are held', () => {
  test('have a limit over all requests, which is told before or while a body comes', async () => {
    const hooks = ingress({ maxBytes: 1000, maxHeldBytes: 1500 })
    const held: ((a: Accepted) => void)[] = []
    const intake = fakeIntake({ answer: () => new Promise((resolve) => held.push(resolve)) })
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(intake)
    await using server = await httpServer(hooks.node)
    const body = JSON.stringify('x'.repeat(898))
    const first = send(`${server.url}/o`, { headers: JSON_TYPE, body })
    await until(() => held.length === 1)
    const declared = await send(`${server.url}/o`, { headers: JSON_TYPE, body })
    expect([declared.status, declared.headers['retry-after']]).toEqual([503, '1'])
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const head =
      'POST /o HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
    expect(await raw(server.port, head + chunk)).toMatch(/^HTTP\/1\.1 503 /)
    const small = hooks.fetch(
      new Request('http://x.test/o', { method: 'POST', body: '1', headers: JSON_TYPE }),
    )
    const large = await hooks.fetch(
      new Request('http://x.test/o', { method: 'POST', body, headers: JSON_TYPE }),
    )
    expect(large.status).toBe(503)
    await until(() => held.length === 2)
    for (const store of held.splice(0)) store({ as: 'accepted', id: 'a' })
    expect([(await first).status, (await small).status]).toEqual([202, 202])
    const again = send(`${server.url}/o`, { headers: JSON_TYPE, body })
    await until(() => held.length === 1)
    held[0]!({ as: 'accepted', id: 'c' })
    expect((await again).status).toBe(202)
  })

  test('many senders that say little hold little, and are cut off', async () => {
    const clock = manualClock()
    const hooks = ingress({ clock, maxBodies: 30 })
    const intake = fakeIntake({ clock })
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(intake)
    await using server = await httpServer(hooks.node)
    const head =
      'POST /o HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{'
    const texts: string[] = []
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const socket = await opened(server.port, head)
        texts[i] = ''
        socket.on('data', (c) => (texts[i] += c.toString()))
        return socket
      }),
    )
    const statuses = (): string[] => texts.filter((t) => t !== '').map((t) => t.slice(9, 12))
    await until(() => statuses().length === 70)
    expect(new Set(statuses())).toEqual(new Set(['503']))
    clock.advance(10_000)
    await until(() => statuses().length === 100)
    expect(statuses().filter((s) => s === '408')).toHaveLength(30)
    expect((await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{}' })).status).toBe(202)
    for (const socket of sockets) socket.destroy()
  })

  test('a sender that leaves gives its room back', async () => {
    const hooks = ingress({ maxBodies: 1 })
    const intake = fakeIntake()
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(intake)
    await using server = await httpServer(hooks.node)
    const head = 'POST /o HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'
    for (let i = 0; i < 5; i++) {
      const socket = await opened(server.port, head)
      await until(() => intake.said.length >= i)
      expect((await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{}' })).status).toBe(503)
      socket.destroy()
      await until(() => intake.said.length === i + 1)
    }
    expect((await send(`${server.url}/o`, { headers: JSON_TYPE, body: '{}' })).status).toBe(202)
  })

  test.each([
    [() => ingress({ maxBodies: 0 }), /ingress maxBodies/],
    [() => ingress({ maxHeldBytes: 0.5 }), /ingress maxHeldBytes/],
  ])('limits that make no sense are named: %#', (make, message) => expect(make).toThrow(message))
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
