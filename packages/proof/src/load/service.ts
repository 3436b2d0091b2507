// A member: a service that embeds the flows of the demo, on SQLite, and tells how it fares.
import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentstack, hmac, type Contentstack } from '@xconnector/contentstack'
import { createRuntime } from '@xconnector/core'
import { bearer, ingress } from '@xconnector/http'
import { sqlite } from '@xconnector/sqlite'
import { vip } from '@xconnector/vip'
import { assetsFlow } from '../../../../examples/demo/src/service/assets-flow.ts'
import { entriesFlow } from '../../../../examples/demo/src/service/entries-flow.ts'
import { env } from '../../../../examples/demo/src/service/environment.ts'
import { CONCURRENCY } from '../../../../examples/demo/src/shared/evidence.ts'
import { onLoopback } from '../../../../examples/kit/src/loopback.ts'
import { obeying } from './member.ts'
import type { ServiceOrder, ServiceSample } from './orders.ts'

const { JOURNAL = '', HOOK_SECRET = '', MAX_PENDING = '' } = process.env
const RESOLUTION_MS = 1

const hooks = ingress({ basePath: '/hooks' })
const platform = contentstack({ region: 'EU', hosts: env.CMS_URL, apiKey: env.CMS_API_KEY })
// Signed in the HMAC mode: a signature of the platform's takes its sender, on this very machine, a millisecond.
const webhook: Contentstack['webhook'] = (at, options) =>
  platform.webhook(at, { ...options, signature: hmac(HOOK_SECRET) })
const cms = Object.create(platform, { webhook: { value: webhook } }) as Contentstack
const dam = vip({
  baseUrl: env.VIP_URL,
  auth: bearer(env.VIP_TOKEN),
  files: cms.files,
  destination: { concurrency: CONCURRENCY.vip },
})
const runtime = createRuntime({
  flows: [entriesFlow(hooks, cms), assetsFlow(hooks, cms, dam)],
  journal: sqlite({ file: JOURNAL }),
  ...(MAX_PENDING !== '' && { maxPending: Number(MAX_PENDING) }),
})
await runtime.start()

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>

const delay = (): LoopDelay => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return histogram
}
const p99 = (histogram: LoopDelay): number => histogram.percentile(99) / 1e6
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const sinceSample = delay()
let listening: LoopDelay | undefined
let cpu = process.cpuUsage()

const sample = (): ServiceSample => {
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const { pending, inFlight } = runtime.health()
  const loop = { loopP99: p99(sinceSample), loopMax: sinceSample.max / 1e6 }
  sinceSample.reset()
  return {
    rss,
    heap: heapUsed,
    pending,
    inFlight,
    wal: sizeOf(`${JOURNAL}-wal`),
    file: sizeOf(JOURNAL),
    ...loop,
    cpuMs: (user + system) / 1000,
  }
}

const idle = async (ms: number): Promise<{ readonly p99: number }> => {
  const histogram = delay()
  await sleep(ms)
  histogram.disable()
  return { p99: p99(histogram) }
}

obeying<ServiceOrder>({ origin: await onLoopback(createServer(hooks.node)) }, async (order) => {
  switch (order.as) {
    case 'idle':
      return idle(order.ms)
    case 'sample':
      return sample()
    case 'listen':
      listening = delay()
      return {}
    case 'heard':
      listening?.disable()
      return { p99: listening === undefined ? Number.NaN : p99(listening) }
    case 'counts':
      return runtime.counts()
    case 'stop':
      await runtime.stop()
      return {}
  }
})
