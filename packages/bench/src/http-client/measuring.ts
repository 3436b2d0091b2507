import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import { startMember } from '../harness/member.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import { answerer } from '../load/members.ts'
import type { Called, CallOrder } from './orders.ts'

/** The callers: each an expression, and the file of this folder that has what it names; with what else it imports. */
const CALLERS = {
  ours: ['ours()', "{ ours } from './http-client/ours.ts'"],
  'ours, undici': [
    'ours(() => ({ transport: undiciTransport() }))',
    "{ ours } from './http-client/ours.ts'",
    "{ undiciTransport } from '@xconnector/http/undici'",
  ],
  'ours, an axios of the user': [
    'ours((base) => ({ axios: tuned(base) }))',
    "{ ours } from './http-client/ours.ts'",
    "{ tuned } from './http-client/by-axios.ts'",
  ],
  'the axios of ours': [
    'byTransport(nodeTransport)',
    "{ byTransport } from './http-client/by-transport.ts'",
    "{ nodeTransport } from '../../http/src/transport/node-transport.ts'",
  ],
  'the axios of ours, undici': [
    'byTransport(undiciTransport())',
    "{ byTransport } from './http-client/by-transport.ts'",
    "{ undiciTransport } from '@xconnector/http/undici'",
  ],
  'axios, stock': ['byAxios(stock)', "{ byAxios, stock } from './http-client/by-axios.ts'"],
  'axios, agent, no redirects': ['byAxios(tuned)', "{ byAxios, tuned } from './http-client/by-axios.ts'"],
  got: ['byGot', "{ byGot } from './http-client/peers.ts'"],
  ky: ['byKy', "{ byKy } from './http-client/peers.ts'"],
  fetch: ['byFetch', "{ byFetch } from './http-client/peers.ts'"],
  'undici.request': ['byUndici', "{ byUndici } from './http-client/peers.ts'"],
  'node:http': ['byNodeHttp', "{ byNodeHttp } from './http-client/node-http.ts'"],
} as const

export type CallerName = keyof typeof CALLERS

export const CALLER_NAMES: readonly CallerName[] = Object.keys(CALLERS) as CallerName[]

const BENCH = 'http-client'
const WIDTH = 64
const WARM = 0.25

/** Bundles every caller. */
export const bundleCallers = (): Promise<void> =>
  bundleMembers(
    BENCH,
    Object.fromEntries(
      Object.entries(CALLERS).map(([name, [expression, ...imports]]) => [
        name,
        `${imports.map((i) => `import ${i}\n`).join('')}` +
          `import { calling } from './http-client/calling.ts'\ncalling(${expression})\n`,
      ]),
    ),
  )

/** Calls so often in each of both ways, after a quarter of that to warm up. The sum is that of a GET and a POST. */
export const measuring =
  (name: CallerName, n: number): Variant =>
  async (): Promise<Sample> => {
    const server = await answerer({ ok: true, uid: 'blt123', items: [1, 2, 3] })
    const caller = await startMember<object, Called, CallOrder>(bundledMember(BENCH, name), {
      ANSWERER: server.started.url,
    })
    const call = (what: 'get' | 'post', times: number): Promise<Called> =>
      caller.ask({ as: 'call', call: what, n: times, width: WIDTH })
    await call('get', Math.ceil(n * WARM))
    await call('post', Math.ceil(n * WARM))
    const get = await call('get', n)
    const post = await call('post', n)
    for (const member of [caller, server]) await member.ask({ as: 'stop' })
    return {
      'CPU us, both': get.cpuUs + post.cpuUs,
      'CPU us, GET': get.cpuUs,
      'CPU us, POST': post.cpuUs,
      'GET/s': get.perSecond,
      'POST/s': post.perSecond,
    }
  }
