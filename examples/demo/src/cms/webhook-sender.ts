import type { FakeEvent, FakeStack } from '@xconnector/contentstack/testing'
import type { Disorder } from '@xconnector/example-kit/disorder'
import type { DurableLines } from '@xconnector/example-kit/durable-lines'
import { sendAll, untilAcknowledged, type Posted } from '@xconnector/example-kit/sender'
import type { AcknowledgementLine, AssetSaid } from '../shared/evidence.ts'
import type { Publication } from './publications.ts'

const CONCURRENCY = 32
const PATIENCE_MS = 10_000

/** Which publications are sent. */
export type Phase = AcknowledgementLine['phase']

/** Sends webhooks of publications, signed anew each time, until each is acknowledged, and writes down when it was. */
export class WebhookSender {
  readonly #stack: FakeStack
  readonly #all: Disorder<Publication>
  readonly #events: ReadonlyMap<string, FakeEvent>
  readonly #log: DurableLines<AcknowledgementLine>
  /** Where entries and assets go; they change when the service is started again. */
  urls: Readonly<Record<Publication['type'], string>> | undefined
  acknowledged = 0
  sentAgain = 0

  constructor(
    stack: FakeStack,
    all: Disorder<Publication>,
    events: ReadonlyMap<string, FakeEvent>,
    log: DurableLines<AcknowledgementLine>,
  ) {
    this.#stack = stack
    this.#all = all
    this.#events = events
    this.#log = log
  }

  /**
   * Sends a phase; resolves when all of it is acknowledged. The stream is held after the publication of `until`, and goes on
   * when `goOn` resolves.
   */
  async send(phase: Phase, hold?: { readonly until: string; readonly goOn: Promise<void> }): Promise<void> {
    const all = this.#all[phase]
    const first = hold === undefined ? 0 : 1 + all.findIndex(({ uid }) => uid === hold.until)
    await this.#sendAll(all.slice(0, first), phase)
    await hold?.goOn
    await this.#sendAll(all.slice(first), phase)
  }

  #sendAll(publications: readonly Publication[], phase: Phase): Promise<void> {
    return sendAll(publications, CONCURRENCY, (publication) => this.#sendOne(publication, phase))
  }

  async #sendOne(publication: Publication, phase: Phase): Promise<void> {
    const { id, type, thing, version } = publication
    const event = this.#events.get(id)!
    await untilAcknowledged(
      () => this.#post(event, type),
      () => this.sentAgain++,
    )
    await this.#log.append({ at: Date.now(), id, type, thing, version, phase, ...saidOf(event) })
    this.acknowledged++
  }

  async #post(event: FakeEvent, type: Publication['type']): Promise<Posted> {
    const request = this.#stack.request(event, { url: this.urls![type] })
    try {
      const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) })
      await answer.arrayBuffer()
      const after = Number(answer.headers.get('retry-after') ?? Number.NaN)
      return { status: answer.status, retryAfter: Number.isFinite(after) ? after : undefined }
    } catch {
      return { status: 0 }
    }
  }
}

/** What an event says of an asset. */
const saidOf = ({ name, bodies }: FakeEvent): { readonly asset?: AssetSaid } => {
  if (name !== 'asset.publish') return {}
  const { data } = bodies.full as unknown as {
    readonly data: { readonly asset: Omit<AssetSaid, 'type'> & { readonly content_type: string } }
  }
  const { title, description, tags, rights, filename, content_type: type } = data.asset
  return { asset: { title, description, tags, rights, filename, type } }
}
