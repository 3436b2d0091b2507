import { randomBytes } from 'node:crypto'
import type { Crew, Ended, Member } from '@xconnector/example-kit/crew'
import type { Progress } from '@xconnector/example-kit/progress'
import { servicePages, type ServicePages } from '@xconnector/example-kit/service-pages'
import { watchUntil } from '@xconnector/example-kit/watch'
import { count } from '@xconnector/example-kit/words'
import type { Arguments } from '../arguments.ts'
import type { Phase } from '../cms/webhook-sender.ts'
import { evidenceIn, type KillLine, type SystemName } from '../shared/evidence.ts'
import { standingOf, type Standing } from './standing.ts'

/** What a run is asked for. */
export type RunOptions = Omit<Arguments, 'keep'>

/** The body of a dead letter, as far as it is shown. */
export interface EntryBody {
  readonly uid: string
  readonly locale: string
  readonly version: number
}

/** What the CMS says of itself. */
export interface Cms {
  readonly url: string
  readonly tracking: string
  readonly apiKey: string
  /** Entries in a language, and assets. */
  readonly things: number
  readonly stream: number
  readonly late: number
  readonly repeats: number
  readonly overtaken: number
}

interface Sent {
  readonly acknowledged: number
  readonly sentAgain: number
  readonly ended?: Phase
}

interface Members {
  readonly cms: Member
  readonly vip: Member
  readonly systems: Member
}

/** One run of the demo: its processes, and what can be done with them. */
export class Run {
  readonly #crew: Crew
  readonly #progress: Progress
  readonly #serviceEnv: Readonly<Record<string, string>>
  readonly members: Members
  readonly cms: Cms
  #service: Member | undefined
  #pages: ServicePages<EntryBody> | undefined
  #origin = ''
  #sent: Sent = { acknowledged: 0, sentAgain: 0 }
  readonly #ended = new Set<Phase>()

  private constructor(
    crew: Crew,
    progress: Progress,
    serviceEnv: Readonly<Record<string, string>>,
    members: Members,
    cms: Cms,
  ) {
    this.#crew = crew
    this.#progress = progress
    this.#serviceEnv = serviceEnv
    this.members = members
    this.cms = cms
    members.cms.onMessage((message) => {
      if (!('acknowledged' in message)) return
      this.#sent = message as Sent
      if (this.#sent.ended !== undefined) this.#ended.add(this.#sent.ended)
    })
  }

  /** Starts the CMS, VIP and the systems, then the service. The files are there already. */
  static async start(crew: Crew, folder: string, progress: Progress, options: RunOptions): Promise<Run> {
    const { entries, largeBytes, seed, sabotage } = options
    const secrets = {
      VIP_TOKEN: randomBytes(24).toString('base64url'),
      VIP_HOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    }
    const systems = crew.start('systems', 'systems/systems.ts', {
      SEED: seed,
      DOWN_AFTER: String(Math.ceil(entries / 5)),
    })
    const vip = crew.start('vip', 'vip/vip.ts', { ...secrets, LARGE_BYTES: String(largeBytes) })
    const cms = crew.start('cms', 'cms/cms.ts', { ENTRIES: String(entries) })
    const [urls, vipUrl, told] = await Promise.all([
      systems.heard<Readonly<Record<SystemName, string>>>('urls'),
      vip.heard<string>('url'),
      cms.heard<Cms>('cms'),
    ])
    const env = {
      ...secrets,
      JOURNAL: evidenceIn(folder).journal,
      CMS_URL: told.url,
      CMS_API_KEY: told.apiKey,
      TRACKING_URL: told.tracking,
      VIP_URL: vipUrl,
      SITE_URL: urls.site,
      PORTAL_URL: urls.portal,
      ...(sabotage !== undefined && { SABOTAGE: sabotage }),
    }
    const run = new Run(crew, progress, env, { cms, vip, systems }, told)
    await run.startService()
    return run
  }

  get acknowledged(): number {
    return this.#sent.acknowledged
  }
  get sentAgain(): number {
    return this.#sent.sentAgain
  }
  get pages(): ServicePages<EntryBody> {
    return this.#pages!
  }
  get origin(): string {
    return this.#origin
  }

  async startService(): Promise<void> {
    this.#service = this.#crew.start('service', 'service/service.ts', this.#serviceEnv)
    this.#origin = await this.#service.heard<string>('origin')
    this.#pages = servicePages<EntryBody>(this.#origin)
    this.members.cms.send({
      urls: {
        'entry.publish': `${this.#origin}/hooks/contentstack/entries`,
        'asset.publish': `${this.#origin}/hooks/contentstack/assets`,
      },
    })
    this.members.vip.send({ deliverTo: `${this.#origin}/hooks/vip` })
  }

  endService(signal: NodeJS.Signals): Promise<Ended> {
    return Promise.race([this.#service!.end(signal), this.#crew.trouble])
  }

  /** Has the service killed as soon as so many entries are in flight. Gives when, and how many there were. */
  async killService(entries: number): Promise<Pick<KillLine, 'at' | 'entriesInFlight'>> {
    const service = this.#service!
    const ended = service.endedByAnother()
    const killed = this.members.systems.heard<Pick<KillLine, 'at' | 'entriesInFlight'>>('killed')
    this.members.systems.send({ kill: { pid: service.pid, entries } })
    const { signal } = await Promise.race([ended, this.#crew.trouble])
    if (signal !== 'SIGKILL') throw new Error('the service ended before it could be killed')
    return killed
  }

  send(phase: Phase): void {
    this.members.cms.send({ send: phase })
  }

  /** Lets the stream go on, which is held once the large file is published. */
  goOn(): void {
    this.members.cms.send({ goOn: true })
  }

  /** Gives VIP a faster network from now on. */
  quicken(): void {
    this.members.vip.send({ quicken: true })
  }

  hasSent(phase: Phase): boolean {
    return this.#ended.has(phase)
  }

  async mend(): Promise<void> {
    const mended = this.members.systems.heard('mended')
    this.members.systems.send({ mend: true })
    await mended
  }

  /** Events of VIP that the service has not acknowledged. */
  async undelivered(): Promise<number> {
    const answer = this.members.vip.heard<number>('undelivered')
    this.members.vip.send({ undelivered: true })
    return answer
  }

  /** Ends all but the service. VIP writes down what it holds first. */
  async endOthers(): Promise<void> {
    const { cms, vip, systems } = this.members
    const kept = vip.heard('kept')
    vip.send({ keep: true })
    await kept
    await Promise.all([cms.end('SIGTERM'), vip.end('SIGTERM'), systems.end('SIGTERM')])
  }

  async standing(): Promise<Standing> {
    return standingOf(await this.#pages!.counts())
  }

  /** Waits, with a progress bar, until `is` holds. @throws when nothing moves for a minute. */
  until(what: string, is: () => Promise<boolean> | boolean, everyMs?: number): Promise<void> {
    const show = async (): Promise<string> => {
      const standing = await this.standing()
      this.#show(standing)
      return JSON.stringify([standing, this.#sent])
    }
    return watchUntil({ trouble: this.#crew.trouble, show }, what, is, everyMs)
  }

  #show({ delivered, pending }: Standing): void {
    const all = this.cms.stream + this.cms.late
    // A message is two deliveries, more or less.
    const part = (this.acknowledged + Math.max(0, this.acknowledged - pending / 2)) / (2 * all)
    const text = `${count(this.acknowledged)} acknowledged, ${count(delivered)} delivered, ${count(pending)} pending`
    this.#progress.show(part, text)
  }

  /** Writes a line of the story. */
  say(line: string): void {
    this.#progress.clear()
    console.log(line)
  }
}
