import type { RequestHandler } from 'msw'
import { hostsOfRegion } from '../region/hosts.js'
import type { RegionName } from '../region/region.js'
import { assetShelf } from './asset-shelf.js'
import { fakeAssets, type FakeAssets } from './assets.js'
import { fakeEntries, type FakeEntries } from './entries.js'
import { entryShelf } from './entry-shelf.js'
import { fakeEvents, type FakeEvent } from './fake-event.js'
import { faultScript, type Fault } from './faults.js'
import { limiterOf } from './limiter.js'
import { listenOn, type Loopback } from './listening.js'
import { mswHandlers } from './msw-handlers.js'
import type { FakeStackOptions } from './options.js'
import { readsOf } from './reads.js'
import { sendAll, type Delivery, type SendOptions } from './sending.js'
import { servedBy, type LoggedRequest } from './serving.js'
import { settingsOf } from './settings.js'
import { fakeSigner } from './signing.js'
import { timelineOf } from './timeline.js'
import { uidsOf } from './uids.js'
import { webhookRequests, type RequestOptions } from './webhook-request.js'

/** What `contentstack()` needs to reach a fake stack. */
export interface FakeStackSettings {
  readonly region: RegionName
  readonly apiKey: string
  readonly managementToken: string
  readonly delivery: { readonly token: string; readonly environment: string }
  /** The server's origin, where it listens; else the region's hosts are meant. */
  readonly hosts?: string
}

/** A fake stack that listens. */
export interface ListeningStack extends Loopback {
  readonly settings: FakeStackSettings & { readonly hosts: string }
}

/** A small Contentstack stack with state, for tests and demos. */
export interface FakeStack {
  readonly entries: FakeEntries
  readonly assets: FakeAssets
  /** For `contentstack()`. */
  readonly settings: FakeStackSettings
  /** The key of the HMAC mode. */
  readonly webhookSecret: string
  /** Every request that was made of it, in order. */
  readonly log: readonly LoggedRequest[]
  /** Signs with another platform key from now on, and publishes that one. */
  rotateKey(): void
  /** Lets the next matching requests meet a fault. */
  fail(fault: Fault): void
  /** An event as the signed request that its webhook sends. Further headers and bytes are the test's own to change. */
  request(event: FakeEvent, options: RequestOptions): Request
  /** Sends events to a webhook: twice, in disorder, with retries. */
  send(events: readonly FakeEvent[], options: SendOptions): Promise<readonly Delivery[]>
  /** Both APIs, the published keys and the files: by host, or all on one origin. */
  fetch(request: Request): Promise<Response>
  /** Handlers for msw that answer for the region's hosts. */
  handlers(): Promise<readonly RequestHandler[]>
  /** Serves everything on one port of the loopback interface. Files are there from then on. */
  listen(options?: { readonly port?: number }): Promise<ListeningStack>
}

/**
 * A stack with content types, entries in versions and locales, and assets with real bytes. What editors do gives events;
 * events are signed and sent; the management and delivery APIs, the public key and the files are served. Uids are the
 * same in each run.
 *
 * @example
 * const stack = fakeStack({ contentTypes: ['article'] })
 * const saved = stack.entries.save('article', { title: 'A' })
 * await hooks.fetch(stack.request(stack.entries.publish(saved.uid), { url: 'https://me.example/hooks/cms' }))
 */
export const fakeStack = (options: FakeStackOptions = {}): FakeStack => {
  const settings = settingsOf(options)
  const { clock } = settings
  const hosts = hostsOfRegion(settings.region)
  const uids = uidsOf(settings.apiKey)
  const timeline = timelineOf(clock)
  const signer = fakeSigner(settings.webhookSecret)
  const faults = faultScript()
  const log: LoggedRequest[] = []
  const entries = entryShelf(settings, uids, timeline)
  const assets = assetShelf(settings, uids, timeline)
  const event = fakeEvents(settings, timeline)
  const request = webhookRequests(settings, signer)
  let fileOrigin: string = hosts.assets[0]!
  const origin = (): string => fileOrigin
  const fetch = servedBy({
    settings,
    assets,
    signer,
    faults,
    log,
    origin,
    reads: readsOf(settings, entries, assets),
    limiter: limiterOf(settings.readsPerSecond, clock),
  })
  const own: FakeStackSettings = {
    region: settings.region,
    apiKey: settings.apiKey,
    managementToken: settings.managementToken,
    delivery: { token: settings.deliveryToken, environment: settings.environments[0]! },
  }
  return {
    entries: fakeEntries(settings, entries, timeline, event),
    assets: fakeAssets(settings, assets, timeline, event, origin),
    settings: own,
    webhookSecret: settings.webhookSecret,
    log,
    rotateKey: () => signer.rotate(),
    fail: (fault) => faults.add(fault),
    request,
    send: (events, how) => sendAll(events, how, clock, request),
    fetch,
    handlers: () =>
      mswHandlers([hosts.management, hosts.delivery, hosts.app, ...hosts.assets].map(String), fetch),
    async listen({ port } = {}) {
      const server = await listenOn(fetch, port)
      fileOrigin = server.url
      return { ...server, settings: { ...own, hosts: server.url } }
    },
  }
}
