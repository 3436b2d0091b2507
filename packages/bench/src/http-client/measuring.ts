import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import { startMember } from '../harness/member.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import { answerer } from '../load/members.ts'
import type { Called, CallOrder, InTurns } from './orders.ts'

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

/** Pairs of them that take turns. */
const PAIRS = {
  'in turns: ours, its axios': ['ours', 'the axios of ours'],
  'in turns: ours with undici, its axios': ['ours, undici', 'the axios of ours, undici'],
  'in turns: ours with an axios, that axios': ['ours, an axios of the user', 'axios, agent, no redirects'],
} as const satisfies Readonly<Record<string, readonly [keyof typeof CALLERS, keyof typeof CALLERS]>>

export type CallerName = keyof typeof CALLERS
export type PairName = keyof typeof PAIRS

export const CALLER_NAMES: readonly CallerName[] = Object.keys(CALLERS) as CallerName[]
export const PAIR_NAMES: readonly PairName[] = Object.keys(PAIRS) as PairName[]

const BENCH = 'http-client'
const WIDTH = 64
const WARM = 0.25
const TURNS = 5
const ANSWER = { ok: true, uid: 'blt123', items: [1, 2, 3] }

/** Bundles every caller, and every pair. */
export const bundleCallers = (): Promise<void> => {
  const one = (name: CallerName): readonly [string, readonly string[]] => {
    const [expression, ...imports] = CALLERS[name]
    return [expression, imports]
  }
  const text = (imports: readonly string[], body: string, expressions: string): string =>
    [...new Set([...imports, `{ ${body} } from './http-client/calling.ts'`])]
      .map((i) => `import ${i}\n`)
      .join('') + `${body}(${expressions})\n`
  return bundleMembers(
    BENCH,
    Object.fromEntries([
      ...CALLER_NAMES.map((name) => {
        const [expression, imports] = one(name)
        return [name, text(imports, 'calling', expression)]
      }),
      ...PAIR_NAMES.map((name) => {
        const [first, second] = PAIRS[name].map(one) as [ReturnType<typeof one>, ReturnType<typeof one>]
        return [name, text([...first[1], ...second[1]], 'callingInTurns', `${first[0]}, ${second[0]}`)]
      }),
    ]),
  )
}

/** Calls so often by both of a pair, in turns, after a quarter of that to warm up. */
export const measuringInTurns =
  (name: PairName, n: number): Variant =>
  async (): Promise<Sample> => {
    const server = await answerer(ANSWER)
    const callers = await startMember<object, InTurns, CallOrder>(bundledMember(BENCH, name), {
      ANSWERER: server.started.url,
    })
    const calls = (times: number): Promise<InTurns> =>
      callers.ask({ as: 'turns', turns: TURNS, n: times, width: WIDTH })
    await calls(Math.ceil(n * WARM))
    const { first, second } = await calls(n)
    for (const member of [callers, server]) await member.ask({ as: 'stop' })
    return { 'CPU us, both': first, 'CPU us, both, second': second }
  }

/** Calls so often in each of both ways, after a quarter of that to warm up. The sum is that of a GET and a POST. */
export const measuring =
  (name: CallerName, n: number): Variant =>
  async (): Promise<Sample> => {
    const server = await answerer(ANSWER)
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
