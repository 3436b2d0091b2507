import type { RequestHandler } from 'msw'
import { systemClock, systemRandom, uuidv7 } from '@xconnector/core'
import { contract as readContract } from '../contract/contract.js'
import type { Violation } from '../contract/violation.js'
import { Deliveries, type Delivery, type DeliveryOptions } from '../events/delivery.js'
import { EventLog } from '../events/event-log.js'
import type { VipEvent } from '../events/event.js'
import { signedRequest } from '../events/signed-request.js'
import type { Asset } from '../platform/asset.js'
import { Platform } from '../platform/platform.js'
import type { Version } from '../platform/version.js'
import { sha256File } from '../uploads/sha256-file.js'
import { Uploads } from '../uploads/uploads.js'
import { toResponse } from './answer.js'
import { exchange, type Desk } from './exchange.js'
import type { Exchanged } from './exchange-log.js'
import { Faults, type Fault } from './faults.js'
import { IdempotencyStore } from './idempotency.js'
import { listen, type Listening } from './listen.js'
import { mswHandlers } from './msw-handlers.js'
import type { VipServerOptions } from './options.js'

/** A file that the server holds. */
export interface HeldFile {
  readonly version: Version
  readonly path: string
  readonly current: boolean
  readonly published: boolean
}

/** The reference VIP server: the contract, with state. One implementation, reached in three ways. */
export interface VipServer {
  /** What an adapter has to send, and to know. */
  readonly token: string
  readonly webhookSecret: string
  /** Answers a request whose path is below the base path. Rejects where the connection would have broken. */
  fetch(request: Request): Promise<Response>
  /** Handlers for msw, for every request below `baseUrl`. Needs the peer `msw`. */
  handlers(baseUrl: string): Promise<RequestHandler[]>
  /** Listens on 127.0.0.1. Default port: a free one. `close` of the server closes it too. */
  listen(options?: { readonly port?: number }): Promise<Listening>
  /** All departures from the contract so far, of both sides and of events. */
  readonly violations: readonly Violation[]
  /** Every exchange that is over, in the order in which they ended. */
  readonly log: readonly Exchanged[]
  /** Every event so far. */
  readonly events: readonly VipEvent[]
  /** An event as a signed request, as of now. */
  request(event: VipEvent, options: { readonly url: string }): Request
  /** Posts all events, those so far included, to a receiver, in the order of their subject, until each is taken. */
  deliverTo(url: string, options?: DeliveryOptions): Delivery
  readonly assets: readonly Asset[]
  /** By id, or by source. */
  asset(by: string | { readonly system: string; readonly id: string }): Asset | undefined
  versions(assetId: string): readonly Version[]
  /** The files of an asset's versions, oldest first. */
  files(assetId: string): readonly HeldFile[]
  /** Ends the processing of one version, or of all that are processing. */
  process(versionId?: string): Promise<void>
  /** Resolves when no version is being processed any more. Not for `processing: 'manual'`. */
  processed(): Promise<void>
  /** Adds faults. */
  fail(...faults: readonly Fault[]): void
  /** Forgets the faults that are still to come. */
  heal(): void
  /** Takes an upload's bytes away: it is answered 410 from now on. */
  expireUpload(id: string): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** For tests only: known to everybody. */
const WEBHOOK_SECRET = `whsec_${Buffer.from('the reference server of VIP, 32b').toString('base64')}`

/**
 * Makes a VIP server that keeps the contract of `openapi.yaml`: assets, versions, approval, publication, rights, uploads by
 * the real `@tus/server`, signed events. Every exchange is judged by the contract as it happens. Needs the peers
 * `@tus/server`, `@tus/file-store`, `ajv`, `ajv-formats` and `yaml`.
 */
export const vipServer = (options: VipServerOptions = {}): VipServer => new ReferenceServer(options)

class ReferenceServer implements VipServer {
  readonly token: string
  readonly webhookSecret: string
  readonly violations: Violation[] = []
  readonly log: Exchanged[] = []
  readonly #options: VipServerOptions
  readonly #desk: Desk
  readonly #events: EventLog
  readonly #closing: (() => Promise<void> | void)[] = []
  readonly #processing = new Set<Promise<void>>()
  readonly #closed = new AbortController()

  constructor(options: VipServerOptions) {
    const { clock = systemClock, random = systemRandom, token = 'vip-test-token' } = options
    const { ids = uuidv7(clock, random), contract = readContract() } = options
    this.#options = options
    this.token = token
    this.webhookSecret = options.webhookSecret ?? WEBHOOK_SECRET
    this.#events = new EventLog(clock, ids)
    const platform = new Platform(clock, ids, (happening) => this.#events.append(happening))
    const uploads = new Uploads(options.directory, ids)
    const faults = new Faults()
    faults.add(...(options.faults ?? []))
    this.#desk = {
      house: { platform, uploads, clock, contract, process: (id) => this.#begin(id) },
      faults,
      keys: new IdempotencyStore(clock),
      token,
      strict: options.strict ?? true,
      violated: (violations) => void this.violations.push(...violations),
      log: (exchanged) => void this.log.push(exchanged),
    }
    this.#events.listen((event) => this.violations.push(...contract.event(event)))
    this.#closing.push(() => platform.stop())
  }

  get #basePath(): string {
    return (this.#options.basePath ?? '/v1').replace(/\/$/, '')
  }

  async fetch(request: Request): Promise<Response> {
    const response = await this.#answer(request, new URL(request.url).origin + this.#basePath)
    if (response === 'cut') throw new TypeError('the connection broke')
    return response
  }

  async #answer(request: Request, base: string): Promise<Response | 'cut'> {
    const given = await exchange(this.#desk, request, base)
    return given === 'cut' ? given : toResponse(given, request.method)
  }

  handlers(baseUrl: string): Promise<RequestHandler[]> {
    const base = baseUrl.replace(/\/$/, '')
    return mswHandlers(base, (request) => this.#answer(request, base))
  }

  async listen({ port = 0 }: { readonly port?: number } = {}): Promise<Listening> {
    const listening = await listen(
      (request, base) => exchange(this.#desk, request, base),
      this.#basePath,
      port,
    )
    this.#closing.push(() => listening.close())
    return listening
  }

  get events(): readonly VipEvent[] {
    return this.#events.all
  }

  request(event: VipEvent, { url }: { readonly url: string }): Request {
    return signedRequest(event, { url, secret: this.webhookSecret, at: this.#desk.house.clock.now() })
  }

  deliverTo(url: string, options: DeliveryOptions = {}): Delivery {
    const delivery = new Deliveries(this.#desk.house.clock, (event) => this.request(event, { url }), options)
    for (const event of this.events) delivery.add(event)
    const end = this.#events.listen((event) => delivery.add(event))
    this.#closing.push(end, () => delivery.stop())
    return delivery
  }

  get assets(): readonly Asset[] {
    return [...this.#desk.house.platform.records.assets.values()].map(({ asset }) => asset)
  }

  asset(by: string | { readonly system: string; readonly id: string }): Asset | undefined {
    const { records } = this.#desk.house.platform
    const id = typeof by === 'string' ? by : records.idOf(by.system, by.id)
    return id === undefined ? undefined : records.assets.get(id)?.asset
  }

  versions(assetId: string): readonly Version[] {
    return this.files(assetId).map(({ version }) => version)
  }

  files(assetId: string): readonly HeldFile[] {
    const asset = this.asset(assetId)
    return this.#desk.house.platform.records.versionsOf(assetId).map(({ version, path }) => ({
      version,
      path,
      current: asset?.currentVersionId === version.id,
      published: asset?.publishedVersionId === version.id,
    }))
  }

  #begin(id: string): void {
    const { processing = 0 } = this.#options
    if (processing === 'manual') return
    const { clock } = this.#desk.house
    const waited = processing > 0 ? clock.sleep(processing, this.#closed.signal) : Promise.resolve()
    const done = waited.then(() => this.#process(id))
    // It ends early when the server is closed, or when somebody has taken the file away.
    const ended = done.catch(() => {}).finally(() => this.#processing.delete(ended))
    this.#processing.add(ended)
  }

  async #process(id: string): Promise<void> {
    const { platform } = this.#desk.house
    const record = platform.records.versions.get(id)
    if (record !== undefined) platform.process(id, await sha256File(record.path))
  }

  async process(versionId?: string): Promise<void> {
    const { versions } = this.#desk.house.platform.records
    for (const id of versionId === undefined ? [...versions.keys()] : [versionId]) await this.#process(id)
  }

  async processed(): Promise<void> {
    while (this.#processing.size > 0) await Promise.all(this.#processing)
  }

  fail(...faults: readonly Fault[]): void {
    this.#desk.faults.add(...faults)
  }

  heal(): void {
    this.#desk.faults.clear()
  }

  expireUpload(id: string): Promise<void> {
    return this.#desk.house.uploads.expire(id)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    for (const end of this.#closing.splice(0).toReversed()) await end()
    await this.processed()
    await this.#desk.house.uploads.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
