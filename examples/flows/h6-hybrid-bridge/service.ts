import { createServer, type Server, type ServerOptions } from 'node:https'
import type { Ingress } from '@xconnector/http'
import { inside, outside } from './flow.ts'

/** A certificate, its key, and for the inside the authority of those who may speak to it: PEM. */
export interface SideTls {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

const side = (hooks: Ingress, tls: ServerOptions): Server => {
  const server = createServer({ minVersion: 'TLSv1.2', ...tls }, hooks.node)
  // Who asks first whether a large document is wanted is told before it is sent.
  server.on('checkContinue', hooks.checkContinue)
  return server
}

/** What the cloud reaches. */
export const outsideServer = (tls: SideTls): Server => side(outside, tls)

/** What the company reaches: nobody who shows no certificate of its authority gets a word in. */
export const insideServer = (tls: Required<SideTls>): Server =>
  side(inside, { ...tls, requestCert: true, rejectUnauthorized: true })
