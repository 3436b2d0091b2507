import { describe, expect, test } from 'vitest'
import { byKind, createRuntime, flow, memoryJournal, silentLogger } from '@xconnector/core'
import { ingress, type Ingress } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { manualClock, type ManualClock } from '../support/manual-clock.js'
import { SENDERS, type Sender } from '../support/senders.js'
import { NOW } from '../support/signed.js'

const BODY = '{"id":"e-1"}'
const MINUTE = 60_000

interface Shop extends AsyncDisposable {
  readonly clock: ManualClock
  readonly hooks: Ingress
  send(headers: Record<string, string>): Promise<{ readonly status: number; readonly text: string }>
}

/** A flow behind a verifier, with a dedupe window of its own. */
const shop = async ({ verifier }: Sender): Promise<Shop> => {
  const clock = manualClock(NOW)
  const hooks = ingress({ clock })
  const source = hooks.webhook({ path: '/o', body: anyJson, verify: verifier })
  const runtime = createRuntime({
    flows: [flow('f').from(source, { window: '1h' }).otherwise(byKind())],
    journal: memoryJournal({ clock }),
    clock,
    log: silentLogger,
  })
  await runtime.start()
  return {
    clock,
    hooks,
    async send(headers) {
      const response = await hooks.fetch(
        new Request('https://here.example/o', {
          method: 'POST',
          body: BODY,
          headers: { 'content-type': 'application/json', ...headers },
        }),
      )
      return { status: response.status, text: await response.text() }
    },
    async [Symbol.asyncDispose]() {
      const stopped = runtime.stop()
      clock.advance(1)
      await stopped
    },
  }
}

describe.each(SENDERS)('$name', (sender) => {
  test('what is captured and sent again inside the tolerance is answered as the first, and handled once', async () => {
    await using s = await shop(sender)
    const captured = sender.sign(BODY, NOW)
    const first = await s.send(captured)
    s.clock.advance(4 * MINUTE)
    expect(first.status).toBe(202)
    expect(await s.send(captured)).toEqual(first)
  })
})

describe.each(SENDERS.filter((s) => s.timed))('$name signs a time', (sender) => {
  test('what is captured and sent again outside the tolerance is refused, within the window and after it', async () => {
    await using s = await shop(sender)
    const captured = sender.sign(BODY, NOW)
    await s.send(captured)
    for (const ms of [11 * MINUTE, 60 * MINUTE]) {
      s.clock.advance(ms)
      expect((await s.send(captured)).status).toBe(401)
    }
  })

  test('what its sender sends again, signed anew, is the same message until the window ends', async () => {
    await using s = await shop(sender)
    const first = await s.send(sender.sign(BODY, NOW))
    s.clock.advance(59 * MINUTE)
    expect(await s.send(sender.sign(BODY, s.clock.now()))).toEqual(first)
    s.clock.advance(MINUTE)
    const after = await s.send(sender.sign(BODY, s.clock.now()))
    expect(after.status).toBe(202)
    expect(after.text).not.toBe(first.text)
  })
})

test('github signs no time: only the window stands against what was captured', async () => {
  const sender = SENDERS.find((s) => s.name === 'github')!
  await using s = await shop(sender)
  const captured = sender.sign(BODY, NOW)
  const first = await s.send(captured)
  s.clock.advance(59 * MINUTE)
  expect(await s.send(captured)).toEqual(first)
  s.clock.advance(MINUTE)
  const after = await s.send(captured)
  expect(after.status).toBe(202)
  expect(after.text).not.toBe(first.text)
})
