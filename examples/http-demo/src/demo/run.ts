import { randomBytes } from 'node:crypto'
import { filesIn } from '../shared/files.ts'
import type { SystemName } from '../shared/systems.ts'
import { Progress } from '@xconnector/example-kit/progress'
import { count } from '@xconnector/example-kit/words'
import type { Crew, Ended, Member } from '@xconnector/example-kit/crew'
import { servicePages, type ServicePages } from '@xconnector/example-kit/service-pages'
import { watchUntil } from '@xconnector/example-kit/watch'
import { standingOf, type Standing } from './standing.ts'

/** The body of a delivery, as far as it is shown. */
export interface Product {
  readonly sku: string
  readonly version: number
}

/** What the sender says that it will send. */
export interface Sending {
  readonly stream: number
  readonly late: number
  readonly repeats: number
  readonly overtaken: number
}

interface Sent {
  readonly acknowledged: number
  readonly sentAgain: number
  readonly ended?: 'stream' | 'late'
}

/** One run of the demo: its processes, and what can be done with them. */
export class Run {
  readonly #crew: Crew
  readonly #progress = new Progress()
  readonly #serviceEnv: Readonly<Record<string, string>>
  readonly #systems: Member
  readonly #sender: Member
  #service: Member | undefined
  #pages: ServicePages<Product> | undefined
  #url = ''
  #sent: Sent = { acknowledged: 0, sentAgain: 0 }
  readonly #ended = new Set<string>()
  readonly sending: Sending

  private constructor(
    crew: Crew,
    serviceEnv: Readonly<Record<string, string>>,
    systems: Member,
    sender: Member,
    sending: Sending,
  ) {
    this.#crew = crew
    this.#serviceEnv = serviceEnv
    this.#systems = systems
    this.#sender = sender
    this.sending = sending
    sender.onMessage((message) => {
      if (!('acknowledged' in message)) return
      this.#sent = message as Sent
      if (this.#sent.ended !== undefined) this.#ended.add(this.#sent.ended)
    })
  }

  /** Starts the systems, then the sender and the service. */
  static async start(
    crew: Crew,
    folder: string,
    options: { readonly messages: number; readonly sabotage: string | undefined },
  ): Promise<Run> {
    const { messages, sabotage } = options
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const systems = crew.start('systems', 'systems/systems.ts', {
      DOWN_AFTER: String(Math.ceil(messages / 10)),
    })
    const sender = crew.start('sender', 'sender/sender.ts', {
      MESSAGES: String(messages),
      HOOK_SECRET: secret,
    })
    const [urls, sending] = await Promise.all([
      systems.heard<Readonly<Record<SystemName, string>>>('urls'),
      sender.heard<Sending>('plan'),
    ])
    const env = {
      JOURNAL: filesIn(folder).journal,
      HOOK_SECRET: secret,
      SEARCH_URL: urls.search,
      SHOP_URL: urls.shop,
      LEDGER_URL: urls.ledger,
      ...(sabotage !== undefined && { SABOTAGE: sabotage }),
    }
    const run = new Run(crew, env, systems, sender, sending)
    await run.startService()
    return run
  }

  get acknowledged(): number {
    return this.#sent.acknowledged
  }
  get sentAgain(): number {
    return this.#sent.sentAgain
  }
  get pages(): ServicePages<Product> {
    return this.#pages!
  }
  get url(): string {
    return this.#url
  }

  async startService(): Promise<void> {
    this.#service = this.#crew.start('service', 'service/service.ts', this.#serviceEnv)
    const base = await this.#service.heard<string>('origin')
    this.#url = `${base}/hooks/products`
    this.#pages = servicePages<Product>(base)
    this.#sender.send({ url: this.#url })
  }

  endService(signal: NodeJS.Signals): Promise<Ended> {
    return Promise.race([this.#service!.end(signal), this.#crew.trouble])
  }

  send(what: 'stream' | 'late'): void {
    this.#sender.send({ send: what })
  }

  hasSent(what: 'stream' | 'late'): boolean {
    return this.#ended.has(what)
  }

  async mend(): Promise<void> {
    const mended = this.#systems.heard('mended')
    this.#systems.send({ mend: true })
    await mended
  }

  async endOthers(): Promise<void> {
    await Promise.all([this.#sender.end('SIGTERM'), this.#systems.end('SIGTERM')])
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

  #show({ over, delivered, pending }: Standing): void {
    const { stream, late, repeats } = this.sending
    const part = (this.acknowledged / (stream + late) + over / (stream + late - repeats)) / 2
    const text = `${count(this.acknowledged)} acknowledged, ${count(delivered)} delivered, ${count(pending)} pending`
    this.#progress.show(part, text)
  }

  /** Writes a line of the story. */
  say(line: string): void {
    this.#progress.clear()
    console.log(line)
  }
}
