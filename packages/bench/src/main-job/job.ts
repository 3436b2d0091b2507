import { join } from 'node:path'
import { startMember, type Member } from '../harness/member.ts'
import type { Sample, Variant } from '../harness/sample.ts'
import type { Usage } from '../harness/used.ts'
import { seconds } from '../journal/in-flight.ts'
import type { Order, What } from './orders.ts'

/** How much is published. */
export interface JobSize {
  readonly entries: number
  readonly assets: number
}

const WIDTH = 32
/** The part of everything that goes before the clock starts. */
const WARM = 0.2
const TOKEN = 'bench-token'
const fileOf = (name: string): string => join(import.meta.dirname, name)
const HOOK_SECRET = 'whsec_YmVuY2gtc2VjcmV0LWJlbmNoLXNlY3JldA=='

/**
 * The whole job through one service, from the first webhook to the last delivery: entries to a site and a portal, then
 * assets with their files to VIP. The CMS, the two systems, VIP and the service are processes of their own.
 */
export const job =
  (service: 'flows-service.ts' | 'hand-service.ts', size: JobSize): Variant =>
  async (): Promise<Sample> => {
    const warm = (n: number): number => Math.ceil(n * WARM)
    const cms = await startMember<{ url: string; apiKey: string }, object, Order>(fileOf('cms.ts'), {
      ENTRIES: String(size.entries + warm(size.entries)),
      ASSETS: String(size.assets + warm(size.assets)),
    })
    const systems = await startMember<{ site: string; portal: string }, object, Order>(fileOf('systems.ts'))
    const vip = await startMember<{ url: string }, object, Order>(fileOf('vip.ts'), { VIP_TOKEN: TOKEN })
    const working = await startMember<{ url: string }, Usage, Order>(fileOf(service), {
      CMS_URL: cms.started.url,
      CMS_API_KEY: cms.started.apiKey,
      // VIP's events go nowhere, so neither does what they would be told.
      TRACKING_URL: systems.started.site,
      VIP_URL: vip.started.url,
      VIP_TOKEN: TOKEN,
      VIP_HOOK_SECRET: HOOK_SECRET,
      SITE_URL: systems.started.site,
      PORTAL_URL: systems.started.portal,
    })

    const run = async (
      what: What,
      n: number,
      receiver: Member<unknown, unknown, Order>,
    ): Promise<readonly number[]> => {
      await cms.ask({ as: 'prepare', what, n, url: `${working.started.url}/hooks/contentstack/${what}` })
      await working.ask({ as: 'usage' })
      let acknowledged = 0
      const took = await seconds(async () => {
        const all = receiver.ask({ as: 'await', n })
        acknowledged = await seconds(() => cms.ask({ as: 'send', width: WIDTH }))
        await all
      })
      const { cpuMs, peakRss } = await working.ask({ as: 'usage' })
      return [n / took, cpuMs / n, peakRss, n / acknowledged]
    }

    const both = async (what: What, receiver: Member<unknown, unknown, Order>): Promise<Sample> => {
      const n = size[what]
      await run(what, warm(n), receiver)
      const [perSecond, cpu, rss, acknowledged] = await run(what, n, receiver)
      return {
        [`${what}/s`]: perSecond!,
        [`${what} acknowledged/s`]: acknowledged!,
        [`CPU ms, ${what}`]: cpu!,
        [`peak RSS MiB, ${what}`]: rss!,
      }
    }
    const sample = { ...(await both('entries', systems)), ...(await both('assets', vip)) }
    for (const member of [working, cms, systems, vip]) await member.ask({ as: 'stop' })
    return sample
  }
