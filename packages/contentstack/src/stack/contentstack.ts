import type { AnyDecoder, FileRef, Source } from '@xconnector/core'
import {
  http,
  isKnownSecret,
  revealSecret,
  type HttpClient,
  type HttpOptions,
  type Ingress,
} from '@xconnector/http'
import { stackAuth } from '../auth/stack-auth.js'
import { assetFiles, type StackFiles } from '../files/asset-files.js'
import { fileOf, type AssetWithFile } from '../files/file-of.js'
import { refine, type StackFailure } from '../failure/refine.js'
import { stackReads, type StackReads } from '../read/reads.js'
import { hostsOf } from '../region/hosts.js'
import { platformSignature } from '../verify/platform-signature.js'
import type { EventName } from '../webhook/event-name.js'
import type { StackEvent } from '../webhook/event.js'
import {
  stackWebhook,
  type EntryOf,
  type Payload,
  type StackWebhookOptions,
} from '../webhook/stack-webhook.js'
import type { ContentstackOptions } from './options.js'

/** A stack of Contentstack. */
export interface Contentstack {
  /** What happens in the stack, as the source of flows. See `StackWebhookOptions`. */
  webhook<
    const N extends EventName,
    const P extends Payload = 'full',
    D extends AnyDecoder | undefined = undefined,
  >(
    hooks: Ingress,
    options: StackWebhookOptions<N, P, D>,
  ): Source<StackEvent<N, EntryOf<P, D>>>
  /**
   * Reads of the management API: what is saved, published or not.
   *
   * @throws TypeError when the stack has no `managementToken`.
   */
  readonly management: StackReads
  /**
   * Reads of the delivery API: what an environment shows.
   *
   * @throws TypeError when the stack has no `delivery`.
   */
  readonly delivery: StackReads
  readonly assets: {
    /** The file of an asset in its version, by reference: what crosses hops in its place. `files` opens it. */
    file(asset: AssetWithFile): FileRef
  }
  /** Opens the files that `assets.file` refers to, as streams. Rejects with a `FileFailure`. */
  readonly files: StackFiles
  /** Closes connections that are kept alive. */
  close(): void
}

/**
 * A stack of Contentstack: its webhooks as sources, its entries and assets as reads, its files as streams.
 *
 * @example
 * const cms = contentstack({ region: 'EU', apiKey: env.CS_KEY, delivery: { token: env.CS_DELIVERY, environment: 'production' } })
 * flow('articles').from(cms.webhook(hooks, { path: '/contentstack', on: 'entry.publish' }))
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const contentstack = (options: ContentstackOptions): Contentstack => {
  const {
    region,
    apiKey,
    managementToken,
    delivery,
    branch,
    name = 'contentstack',
    destinations = {},
  } = options
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`contentstack name: expected a text that is not empty, got ${JSON.stringify(name)}`)
  if (isKnownSecret(apiKey)) revealSecret(apiKey, {}, 'contentstack apiKey')
  const hosts = hostsOf(region, options.hosts)
  const common = {
    headers: { 'x-user-agent': 'xconnector' },
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.axios !== undefined && { axios: options.axios }),
    ...(options.tls !== undefined && { tls: options.tls }),
    ...(options.proxy !== undefined && { proxy: options.proxy }),
    ...(options.plaintext !== undefined && { plaintext: options.plaintext }),
    ...(options.ports !== undefined && { ports: options.ports }),
  } satisfies Partial<HttpOptions>
  const api = {
    ...common,
    headers: { ...common.headers, ...(branch !== undefined && { branch }) },
    refine,
  }
  const clients: HttpClient<'wait', StackFailure>[] = []
  const client = (made: HttpClient<'wait', StackFailure>): HttpClient<'wait', StackFailure> => {
    clients.push(made)
    return made
  }
  const management =
    managementToken === undefined
      ? undefined
      : stackReads(
          client(
            http({
              ...api,
              name: `${name}-management`,
              baseUrl: hosts.management,
              auth: stackAuth({
                apiKey,
                token: managementToken,
                header: 'authorization',
                option: 'contentstack managementToken',
              }),
              destination: { rate: { limit: 1, per: '100ms' }, ...destinations.management },
            }),
          ),
        )
  const published =
    delivery === undefined
      ? undefined
      : stackReads(
          client(
            http({
              ...api,
              name: `${name}-delivery`,
              baseUrl: hosts.delivery,
              auth: stackAuth({
                apiKey,
                token: delivery.token,
                header: 'access_token',
                option: 'contentstack delivery.token',
              }),
              ...(destinations.delivery && { destination: destinations.delivery }),
            }),
          ),
          { environment: delivery.environment },
        )
  const files = assetFiles({
    name: `${name}-files`,
    hosts: hosts.assets,
    client: { ...common, ...(destinations.files && { destination: destinations.files }) },
  })
  const signature = (): ReturnType<typeof platformSignature> =>
    platformSignature({
      hosts: { app: hosts.app },
      ...(options.ports !== undefined && { ports: options.ports }),
    })
  return {
    webhook: (hooks, webhook) => stackWebhook({ apiKey, signature }, hooks, webhook),
    get management() {
      return needed(management, 'management', 'managementToken')
    },
    get delivery() {
      return needed(published, 'delivery', 'delivery: { token, environment }')
    },
    assets: { file: (asset) => fileOf(files.name, asset) },
    files,
    close() {
      for (const one of clients) one.close()
      files.close()
    },
  }
}

const needed = (reads: StackReads | undefined, what: string, option: string): StackReads => {
  if (reads !== undefined) return reads
  throw new TypeError(`contentstack ${what}: it needs the option ${option}`)
}
