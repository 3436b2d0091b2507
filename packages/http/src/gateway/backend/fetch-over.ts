import { systemRandom, type Clock } from '@xconnector/core'
import type { AuthFetch } from '../../auth/auth.js'
import { NoAnswer } from '../../client/no-answer.js'
import { transportFetch } from '../../client/transport-fetch.js'
import type { Network } from '../../network/network.js'
import { connectionRules } from '../../transport/connection-rules.js'
import { nodeTransport } from '../../transport/node-transport.js'

const MIB = 1024 * 1024
const NOTHING = (): void => {}
const SILENT = { debug: NOTHING, info: NOTHING, warn: NOTHING, error: NOTHING }

/** A fetch over a backend's network, for what its auth asks of others, such as a token. Made when it is first used. */
export const fetchOver = (network: Network, clock: Clock): AuthFetch => {
  let made: AuthFetch | undefined
  const make = (): AuthFetch => {
    const connections = connectionRules(undefined, 'gateway')
    const limits = { maxResponseBytes: MIB, maxExpansion: 100 }
    return transportFetch(
      nodeTransport({ ...limits, connections, network, random: systemRandom, clock }),
      clock,
    )
  }
  return async (url, request) => {
    const signal = request.signal ?? new AbortController().signal
    const missing = await network.prepare({ clock, config: {}, log: SILENT, signal })
    if (missing !== undefined) throw new NoAnswer(missing, false)
    return (made ??= make())(url, request)
  }
}
