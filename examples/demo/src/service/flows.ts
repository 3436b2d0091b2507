import { contentstack } from '@xconnector/contentstack'
import type { Deployable, FileProvider } from '@xconnector/core'
import { bearer, ingress, type Ingress } from '@xconnector/http'
import { vip } from '@xconnector/vip'
import { CONCURRENCY } from '../shared/evidence.ts'
import { assetsFlow } from './assets-flow.ts'
import { entriesFlow } from './entries-flow.ts'
import { env } from './environment.ts'
import { vipEventsFlow } from './vip-events-flow.ts'

/** What the service runs. */
export interface DemoFlows {
  /** Where webhooks come in. */
  readonly hooks: Ingress
  readonly flows: readonly Deployable[]
}

/** The three flows of the demo. `files`: what stands between the files of the CMS and VIP; nothing in an honest service. */
export const demoFlows = (files: (honest: FileProvider) => FileProvider = (honest) => honest): DemoFlows => {
  const hooks = ingress({ basePath: '/hooks' })
  const cms = contentstack({ region: 'EU', hosts: env.CMS_URL, apiKey: env.CMS_API_KEY })
  const dam = vip({
    baseUrl: env.VIP_URL,
    auth: bearer(env.VIP_TOKEN),
    files: files(cms.files),
    chunkBytes: 8 * 1024 * 1024,
    destination: { concurrency: CONCURRENCY.vip },
  })
  return { hooks, flows: [entriesFlow(hooks, cms), assetsFlow(hooks, cms, dam), vipEventsFlow(hooks, dam)] }
}
