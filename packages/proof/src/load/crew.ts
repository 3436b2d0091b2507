import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Count } from '@xconnector/core'
import { startMember, type Member, type MemberOptions } from './member.ts'
import type { DamOrder, SenderOrder, ServiceOrder, ServiceSample, Template } from './orders.ts'
import type { Pushed } from './pushed.ts'

interface Systems {
  readonly site: string
  readonly portal: string
}

interface Dam {
  readonly vip: string
  readonly token: string
  readonly cms: string
  readonly apiKey: string
}

interface DamAnswer {
  readonly templates: readonly Template[]
  readonly violations: readonly string[]
}

type ServiceAnswer = ServiceSample & { readonly p99: number } & readonly Count[]

type Service = Member<{ readonly origin: string }, ServiceAnswer, ServiceOrder>

/** The processes around the service: who sends to it, and to whom it delivers. All end when it is disposed of. */
export interface World extends AsyncDisposable {
  readonly sender: Member<object, object, SenderOrder>
  /** Starts a service on a journal, and lets the sender aim at it. */
  service(options: { readonly journal: string; readonly maxPending?: number }): Promise<Service>
  /** Ends the world; gives what VIP found wrong with what it was sent. */
  end(): Promise<readonly string[]>
}

/**
 * The young generation of the service has its size from the start. V8 otherwise lets it grow in steps, for as long as half an
 * hour, and a leak would be lost among them.
 */
export const SERVICE_FLAGS: readonly string[] = ['--min-semi-space-size=32', '--max-semi-space-size=32']

/** The others collect their garbage on one thread: a collection of VIP's would take both cores of a small machine from the service. */
const OTHERS_FLAGS: readonly string[] = ['--single-threaded-gc']

const scriptOf = (name: string): string => join(import.meta.dirname, `${name}.ts`)

/** Starts the world, which keeps its files in a folder. `heard` is told what the sender and the receivers say, `died` when a process ends that should not. */
export const startWorld = async (
  folder: string,
  heard: (pushed: Pushed) => void,
  died: (why: Error) => void,
): Promise<World> => {
  const members: { kill(): Promise<void> }[] = []
  const kill = async (): Promise<void> => void (await Promise.all(members.map((member) => member.kill())))
  const common = { flags: OTHERS_FLAGS, heard: (pushed: unknown) => heard(pushed as Pushed), died }
  const started = async <Started, Answer, O extends { readonly as: string }>(
    name: string,
    options: Partial<MemberOptions> = {},
  ): Promise<Member<Started, Answer, O>> => {
    try {
      const member = await startMember<Started, Answer, O>(scriptOf(name), { ...common, ...options })
      members.push(member)
      return member
    } catch (error) {
      await kill()
      throw error
    }
  }
  const sender = await started<object, object, SenderOrder>('sender')
  const systems = await started<Systems, object, { readonly as: never }>('systems')
  const dam = await started<Dam, DamAnswer, DamOrder>('dam', { environment: { FOLDER: folder } })
  const { templates } = await dam.ask({ as: 'templates' })
  const secret = randomBytes(24).toString('base64')
  return {
    sender,
    async service({ journal, maxPending }) {
      const { vip, token, cms, apiKey } = dam.started
      const { site, portal } = systems.started
      const service: Service = await started('service', {
        flags: SERVICE_FLAGS,
        environment: {
          JOURNAL: journal,
          HOOK_SECRET: secret,
          MAX_PENDING: maxPending === undefined ? '' : String(maxPending),
          CMS_URL: cms,
          CMS_API_KEY: apiKey,
          VIP_URL: vip,
          VIP_TOKEN: token,
          SITE_URL: site,
          PORTAL_URL: portal,
          // Read with the others, and used by a flow that has no part in this.
          TRACKING_URL: site,
          VIP_HOOK_SECRET: 'whsec_bm9ib2R5IHNlbmRzIGV2ZW50cyBvZiBWSVA=',
        },
      })
      await sender.ask({ as: 'aim', origin: service.started.origin, secret, templates })
      return service
    },
    async end() {
      await sender.ask({ as: 'stop' })
      await systems.ask({ as: 'stop' })
      const { violations } = await dam.ask({ as: 'stop' })
      return violations
    },
    [Symbol.asyncDispose]: kill,
  }
}
