import http from 'node:http'
import https from 'node:https'
import { carrierTransport } from './carrier-transport.js'
import { keepByRules } from './kept-alive.js'
import { nodeCarrier, type NodeAgents } from './node-carrier.js'
import type { TransportFactory, TransportNeeds } from './transport-needs.js'

/** The default transport: axios and axios-retry over `node:http`. Redirects are not followed. */
export const nodeTransport: TransportFactory = (needs) => {
  const agents = agentsOf(needs)
  for (const agent of [agents.httpAgent, agents.httpsAgent])
    keepByRules(agent, needs.connections, needs.clock)
  return carrierTransport(() => nodeCarrier(agents, needs), needs.random)
}

const agentsOf = ({ network }: TransportNeeds): NodeAgents =>
  network ?? {
    httpAgent: new http.Agent({ keepAlive: true }),
    httpsAgent: new https.Agent({ keepAlive: true }),
  }
