import { describe, expect, test } from 'vitest'
import { systemClock, type Clock } from '@xconnector/core'
import { http, json } from '../../src/index.js'
import { tcpServer } from '../support/loopback.js'

// Its quick retries do not wait.
const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

/** A client whose budget has room for one repeat in ten seconds. */
const clientOf = (url: string) => {
  const client = http({
    name: 'site',
    baseUrl: url,
    ports: { clock: hasty },
    destination: { circuit: false, retryBudget: { share: 0, perSecond: 0.1 } },
  })
  const common = { method: 'POST', path: '/things', body: json<{ n: number }>() } as const
  return {
    keyed: client.target({ name: 'keyed', ...common, effect: 'keyed' }),
    unsafe: client.target({ name: 'unsafe', ...common, effect: 'unsafe' }),
    close: () => client.close(),
  }
}

describe('the quick retry of a client', () => {
  test('comes out of the retry budget of its destination: when that is empty, it is not made', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const { keyed, close } = clientOf(server.url)
    for (let n = 0; n < 5; n++) await keyed.call({ n })
    expect(server.requests).toHaveLength(6)
    close()
  })

  test('that would not be made anyway takes nothing of it', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const { keyed, unsafe, close } = clientOf(server.url)
    for (let n = 0; n < 3; n++) await unsafe.call({ n })
    expect(server.requests).toHaveLength(3)
    await keyed.call({ n: 3 })
    expect(server.requests).toHaveLength(5)
    close()
  })
})
