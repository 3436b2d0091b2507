/**
 * The content gateway: GETs of 0.9 KB of JSON over loopback, 64 in flight on kept connections, through our gateway, http-proxy and
 * fast-proxy to a backend that answers at once. Proxy, backend and generator of load are processes of their own and share the
 * machine, so requests a second of the proxy's processor time are judged.
 *
 * Run: `npx -y pnpm@12 bench gateway [--requests 20000]`
 */
import { bench } from './harness/bench.ts'
import { ratio } from './harness/row.ts'
import { sizeOption } from './harness/size-option.ts'
import { bundleProxies, measuring, PROXY_NAMES } from './gateway/measuring.ts'

const n = sizeOption('requests', 20_000)
const PER = 'per CPU s'

await bench({
  script: import.meta.filename,
  peers: ['http-proxy', 'fast-proxy', 'undici', 'esbuild'],
  async prepare() {
    await bundleProxies()
    return {}
  },
  variants: Object.fromEntries(PROXY_NAMES.map((name) => [name, measuring(name, n)])),
  rows: [
    { row: 'requests', of: () => n },
    { row: 'ours / http-proxy', of: ratio('ours', 'http-proxy', PER), must: { atLeast: 1.3 } },
    {
      row: 'ours with undici / http-proxy',
      of: ratio('ours, undici', 'http-proxy', PER),
      must: { atLeast: 1.6 },
    },
    { row: 'ours / fast-proxy', of: ratio('ours', 'fast-proxy', PER) },
    {
      row: 'ours with undici / fast-proxy with undici',
      of: ratio('ours, undici', 'fast-proxy, undici', PER),
    },
    { row: 'ours / node:http', of: ratio('ours', 'node:http', PER) },
    { row: 'ours, cache hit / http-proxy', of: ratio('ours, cache hit', 'http-proxy', PER) },
    { row: 'requests a second, ours / http-proxy', of: ratio('ours', 'http-proxy', 'per s') },
    {
      row: 'requests a second, ours with undici / http-proxy',
      of: ratio('ours, undici', 'http-proxy', 'per s'),
    },
  ],
})
