import type { Agent } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '@xconnector/core'
import type { ConnectionRules } from './transport-needs.js'

/**
 * Has an agent keep its connections by the rules: not for too many requests at once, not too long unused, and not when they
 * are old. A connection on which something comes that nobody asked for is closed, so that no answer is taken for that of
 * the next request.
 */
export const keepByRules = (agent: Agent, rules: ConnectionRules, clock: Clock): void => {
  const { perHost, maxAgeMs, idleMs } = rules
  const kept = new WeakMap<Socket, { readonly at: number; readonly unasked: () => void }>()
  const keep = keepSocketAlive(agent)
  const reuse = reuseSocket(agent)
  agent.maxSockets = perHost
  Object.assign(agent, {
    keepSocketAlive(socket: Socket): boolean {
      const now = clock.now()
      const known = kept.get(socket) ?? { at: now, unasked: () => socket.destroy() }
      if (now - known.at >= maxAgeMs || keep(socket) === false) return false
      kept.set(socket, known)
      const { timeout } = socket
      if (timeout === undefined || timeout === 0 || timeout > idleMs) socket.setTimeout(idleMs)
      socket.on('data', known.unasked)
      return true
    },
    reuseSocket(socket: Socket, request: unknown): void {
      const known = kept.get(socket)
      if (known !== undefined) socket.off('data', known.unasked)
      reuse(socket, request)
    },
  })
}

// Documented for overriding, and left out of the types of Node's agents.
interface Keeping {
  keepSocketAlive(socket: Socket): boolean | undefined
  reuseSocket(socket: Socket, request: unknown): void
}

const keepSocketAlive = (agent: Agent): Keeping['keepSocketAlive'] =>
  (agent as unknown as Keeping).keepSocketAlive.bind(agent)

const reuseSocket = (agent: Agent): Keeping['reuseSocket'] =>
  (agent as unknown as Keeping).reuseSocket.bind(agent)
