import { Agent } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { keepByRules } from '../../src/transport/kept-alive.js'
import { manualClock } from '../support/manual-clock.js'

const kept = () => {
  const agent = new Agent({ keepAlive: true })
  const clock = manualClock()
  keepByRules(agent, { perHost: 3, maxAgeMs: 1_000, idleMs: 500 }, clock)
  const { keepSocketAlive, reuseSocket } = agent as unknown as {
    keepSocketAlive(socket: Socket): boolean
    reuseSocket(socket: Socket, request: object): void
  }
  const reuse = (socket: Socket): void => reuseSocket.call(agent, socket, {})
  return { agent, clock, keep: (socket: Socket) => keepSocketAlive.call(agent, socket), reuse }
}

describe('a connection that is kept', () => {
  test('is closed when something comes that nobody asked for', () => {
    const { keep } = kept()
    const socket = new Socket()
    expect(keep(socket)).toBe(true)
    socket.emit('data', Buffer.from('HTTP/1.1 200 OK'))
    expect(socket.destroyed).toBe(true)
  })

  test('and is used again takes what comes', () => {
    const { keep, reuse } = kept()
    const socket = new Socket()
    for (let i = 0; i < 3; i++) {
      expect(keep(socket)).toBe(true)
      reuse(socket)
    }
    socket.emit('data', Buffer.from('HTTP/1.1 200 OK'))
    expect([socket.destroyed, socket.listenerCount('data')]).toEqual([false, 0])
  })

  test('is not kept once it is old, however often it was used', () => {
    const { keep, reuse, clock } = kept()
    const socket = new Socket()
    const found: boolean[] = []
    for (const wait of [0, 500, 499, 1]) {
      clock.advance(wait)
      found.push(keep(socket))
      reuse(socket)
    }
    expect(found).toEqual([true, true, true, false])
  })

  test('waits no longer than its rule or the remote says', () => {
    const { keep, agent } = kept()
    const [plain, shorter] = [new Socket(), new Socket()]
    shorter.setTimeout(200)
    keep(plain)
    Object.assign((agent as unknown as { options: object }).options, { timeout: 200 })
    keep(shorter)
    expect([plain.timeout, shorter.timeout, agent.maxSockets]).toEqual([500, 200, 3])
  })
})
