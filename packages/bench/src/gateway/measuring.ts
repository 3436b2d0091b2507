import { bundledMember, bundleMembers } from '../harness/bundled-members.ts'
import { startMember } from '../harness/member.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import type { Usage } from '../harness/used.ts'
import { answerer, generator } from '../load/members.ts'
import { paddedEntry } from '../load/padded.ts'
import type { ServingOrder } from '../load/serving-orders.ts'

/** The proxies, as the text of their modules. */
const PROXIES = {
  ours: "import { ours } from './gateway/ours.ts'\nawait ours()\n",
  'ours, undici':
    "import { ours } from './gateway/ours.ts'\nimport { undiciBackends } from '@xconnector/http/gateway'\n" +
    'await ours({ transport: undiciBackends() })\n',
  'ours, cache hit': "import { ours } from './gateway/ours.ts'\nawait ours({ cache: {} })\n",
  'http-proxy': "import './gateway/http-proxy.ts'\n",
  'fast-proxy': "import { byFastProxy } from './gateway/fast-proxy.ts'\nawait byFastProxy('node:http')\n",
  'fast-proxy, undici':
    "import { byFastProxy } from './gateway/fast-proxy.ts'\nawait byFastProxy('undici')\n",
  'node:http': "import './gateway/node-http.ts'\n",
} as const

export type ProxyName = keyof typeof PROXIES

export const PROXY_NAMES: readonly ProxyName[] = Object.keys(PROXIES) as ProxyName[]

const BENCH = 'gateway'
const WIDTH = 64
const WARM = 0.25
const ANSWER_BYTES = 900
const HEADERS = ['etag: "1"', 'cache-control: public, max-age=600']

/** Bundles every proxy. */
export const bundleProxies = (): Promise<void> => bundleMembers(BENCH, PROXIES)

/** Asks so often through a proxy, after a quarter of that to warm up. */
export const measuring =
  (name: ProxyName, n: number): Variant =>
  async (): Promise<Sample> => {
    const backend = await answerer(paddedEntry(ANSWER_BYTES), HEADERS)
    const load = await generator()
    const proxy = await startMember<{ readonly url: string }, Usage, ServingOrder>(
      bundledMember(BENCH, name),
      { BACKEND: backend.started.url },
    )
    await load.ask({ as: 'prepare-get', url: `${proxy.started.url}/content/entries/blt1` })
    const warm = Math.ceil(n * WARM)
    await load.ask({ as: 'run', n: warm, width: WIDTH, expect: 200 })
    const before = (await backend.ask({ as: 'count' })).received
    await proxy.ask({ as: 'usage' })
    const { seconds, p50, p99 } = await load.ask({ as: 'run', n, width: WIDTH, expect: 200 })
    const { cpuMs, peakRss } = await proxy.ask({ as: 'usage' })
    const asked = (await backend.ask({ as: 'count' })).received - before
    const expected = name === 'ours, cache hit' ? 0 : n
    if (asked !== expected) throw new Error(`the backend was asked ${asked} times, not ${expected}`)
    for (const member of [proxy, load, backend]) await member.ask({ as: 'stop' })
    return {
      'per s': n / seconds,
      'per CPU s': (1000 * n) / cpuMs,
      'p50 ms': p50,
      'p99 ms': p99,
      'peak RSS MiB': peakRss,
    }
  }
