import { mermaid, type FlowDescription } from '@xconnector/core'
import type { FreshStatus } from '../fresh-status.js'
import { problem } from '../../ingress/problem.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsCall, OpsRoute } from '../route.js'

const described = (runtime: Pick<Operated, 'describe'>, { params }: OpsCall): FlowDescription | undefined =>
  runtime.describe().find((d) => d.flow === params['flow'])

const UNKNOWN = problem(404, { detail: 'no flow of that name is deployed here' })

/** `/flows/:flow`: its hops, where they lead, its routes, and what its hops have counted. */
export const flow = (runtime: Pick<Operated, 'describe'>, fresh: FreshStatus): OpsRoute => ({
  method: 'GET',
  path: '/flows/:flow',
  async handle(call) {
    call.fields.end()
    const description = described(runtime, call)
    if (description === undefined) return UNKNOWN
    const known = (await fresh.get()).flows.find((f) => f.flow === description.flow)
    return jsonReply({ description, hops: known?.hops ?? [] })
  },
})

/** `/flows/:flow/graph`: as a Mermaid flowchart. */
export const graph = (runtime: Pick<Operated, 'describe'>): OpsRoute => ({
  method: 'GET',
  path: '/flows/:flow/graph',
  handle(call) {
    call.fields.end()
    const description = described(runtime, call)
    if (description === undefined) return UNKNOWN
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `${mermaid(description)}\n`,
    }
  },
})
