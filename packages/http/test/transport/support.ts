import { systemClock, type Clock, type Effect } from '@xconnector/core'
import { nodeTransport } from '../../src/transport/node-transport.js'
import type { TransportFactory, TransportNeeds } from '../../src/transport/transport-needs.js'
import type { Transport, Wire } from '../../src/client/wire.js'
import { undiciTransport } from '../../src/undici/index.js'

/** Both transports, by name: every case of the table is run over both. */
export const TRANSPORTS: readonly (readonly [string, TransportFactory])[] = [
  ['node:http', nodeTransport],
  ['undici', undiciTransport()],
]

/** The platform's clock, whose sleeps are over at once. */
export const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

export const needs = (more: Partial<TransportNeeds> = {}): TransportNeeds => ({
  maxResponseBytes: 1024 * 1024,
  maxExpansion: 250,
  connections: { perHost: Infinity, maxAgeMs: 300_000, idleMs: 4_000 },
  random: { next: () => 0.5 },
  clock: hasty,
  ...more,
})

/** A transport that is closed with its block. */
export const opened = (
  factory: TransportFactory,
  more: Partial<TransportNeeds> = {},
): Transport & AsyncDisposable => {
  const transport = factory(needs(more))
  return Object.assign(Object.create(transport) as Transport, {
    send: (wire: Wire) => transport.send(wire),
    open: (wire: Wire) => transport.open(wire),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => Promise.resolve(transport.close()),
  })
}

export const wire = (baseUrl: string, more: Partial<Wire> = {}, effect: Effect = 'none'): Wire => ({
  method: 'GET',
  baseUrl,
  url: '/things',
  headers: { accept: '*/*' },
  body: undefined,
  effect,
  clock: hasty,
  deadline: Infinity,
  signal: new AbortController().signal,
  parkedUntil: () => 0,
  mayRepeat: () => true,
  ...more,
})

/** A wire that sends a body. */
export const posting = (
  baseUrl: string,
  effect: Effect,
  body: Wire['body'] = Buffer.from('{"n":1}'),
  more: Partial<Wire> = {},
): Wire =>
  wire(
    baseUrl,
    { method: 'POST', body, headers: { accept: '*/*', 'content-type': 'application/json' }, ...more },
    effect,
  )
