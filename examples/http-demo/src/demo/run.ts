import { setTimeout as wait } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import { filesIn } from '../shared/files.ts'
import type { SystemName } from '../shared/systems.ts'
import { Progress } from '../show/progress.ts'
import { count } from '../show/words.ts'
import type { Crew, Ended, Member } from './crew.ts'
import { servicePages, type ServicePages } from './service-pages.ts'
import { standingOf, type Standing } from './standing.ts'

const STUCK_MS = 60_000

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
  #pages: ServicePages | undefined
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
  get pages(): ServicePages {
    return this.#pages!
  }
  get url(): string {
    return this.#url
  }

  async startService(): Promise<void> {
    this.#service = this.#crew.start('service', 'service/service.ts', this.#serviceEnv)
    const port = await this.#service.heard<number>('port')
    const base = `http://127.0.0.1:${port}`
    this.#url = `${base}/hooks/products`
    this.#pages = servicePages(base)
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
  async until(what: string, is: () => Promise<boolean> | boolean, everyMs = 100): Promise<void> {
    let moved = performance.now()
    let drawn = 0
    let before = ''
    while (!(await Promise.race([is(), this.#crew.trouble]))) {
      if (performance.now() - drawn > 100) {
        drawn = performance.now()
        const standing = await this.standing()
        this.#show(standing)
        const now = JSON.stringify([standing, this.#sent])
        if (now !== before) moved = performance.now()
        before = now
      }
      if (performance.now() - moved > STUCK_MS)
        throw new Error(`nothing has moved for a minute, while waiting until ${what}: ${before}`)
      await Promise.race([wait(everyMs), this.#crew.trouble])
    }
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
