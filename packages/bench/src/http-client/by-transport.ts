import { systemClock, systemRandom } from '@xconnector/core'
import { connectionRules } from '../../../http/src/transport/connection-rules.ts'
import type { TransportFactory } from '../../../http/src/transport/transport-needs.ts'
import type { Exchange } from '../../../http/src/outcome/exchange.ts'
import type { CallerOf } from './caller.ts'

const MIB = 1024 * 1024

/**
 * What is below our client, by itself: the axios instance that it makes, with axios-retry and the adapter over `node:http` (or
 * undici), given complete requests. It has neither deadlines nor destinations, keys and failures.
 */
export const byTransport =
  (factory: TransportFactory): CallerOf =>
  (base) => {
    const transport = factory({
      maxResponseBytes: 10 * MIB,
      maxExpansion: 250,
      connections: connectionRules(undefined, 'bench', 64),
      random: systemRandom,
      clock: systemClock,
    })
    const send = async (method: 'GET' | 'POST', body: Buffer | undefined): Promise<unknown> => {
      const exchange: Exchange = await transport.send({
        method,
        baseUrl: base,
        url: '/entries',
        headers: {
          accept: 'application/json',
          'user-agent': 'bench',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body,
        effect: 'none',
        clock: systemClock,
        deadline: Infinity,
        signal: new AbortController().signal,
        parkedUntil: () => 0,
        mayRepeat: () => true,
      })
      if (exchange.as !== 'answered') throw new Error(`the exchange was ${exchange.as}`)
      return JSON.parse(exchange.body.toString('utf8'))
    }
    return {
      get: () => send('GET', undefined),
      post: (body) => send('POST', Buffer.from(JSON.stringify(body))),
    }
  }
