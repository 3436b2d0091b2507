import { fileProviders, millis, type Destination, type FileProvider, type Source } from '@xconnector/core'
import type { Auth, Ingress } from '@xconnector/http'
import { assetCalls } from './assets/asset-calls.js'
import { assetsOf, type VipAssets } from './assets/assets.js'
import { versionCalls, type VersionCalls } from './assets/version-calls.js'
import { clientOf } from './client.js'
import type { VipEvent, VipEventType } from './events/event.js'
import { webhookOf, type VipWebhookOptions } from './events/webhook.js'
import type { VipOptions } from './options.js'
import { profileOf } from './profile.js'
import { compareRevisions } from './revision.js'
import type { Tools } from './tools.js'
import { tusCalls } from './uploads/tus-calls.js'
import { uploadsOf, type VipUploads } from './uploads/uploads.js'

/** A client of one VIP tenant. */
export interface Vip {
  readonly destination: Destination
  readonly assets: VipAssets
  readonly versions: Pick<VersionCalls, 'create' | 'approve' | 'get'>
  readonly uploads: VipUploads
  /** A source of the tenant's signed events, narrowed to those that are wanted. */
  webhook<const T extends VipEventType | (string & {}) = VipEventType | (string & {})>(
    hooks: Ingress,
    options: VipWebhookOptions<T>,
  ): Source<VipEvent<T>>
  /** Closes connections that are kept alive. */
  close(): void
}

/**
 * A client of the VIP distribution platform: assets by their source id, files by resumable upload, versions, decisions,
 * publication and events.
 *
 * No public description of a VIP API exists. The client speaks the contract in this package's openapi.yaml; where a tenant
 * departs from it, `profile` says how.
 *
 * @example
 * const dam = vip({ baseUrl: env.VIP_URL, auth: bearer(env.VIP_TOKEN), files: cms.files })
 * flow('publish').from(cms.webhook(…)).to(dam.assets.put.with(toVipAsset)).otherwise(byKind())
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const vip = (options: VipOptions): Vip => {
  if (options.compare !== undefined && typeof options.compare !== 'function')
    throw new TypeError(`vip compare: expected a function, got ${typeof options.compare}`)
  if (typeof (options.auth as Partial<Auth> | null | undefined)?.credentials !== 'function')
    throw new TypeError(`vip auth: expected an auth, such as bearer(token), got ${typeof options.auth}`)
  const { files: given } = options
  if (
    given !== undefined &&
    !Array.isArray(given) &&
    typeof (given as Partial<FileProvider> | null)?.open !== 'function'
  )
    throw new TypeError(`vip files: expected a provider of files, or several, got ${typeof options.files}`)
  const profile = profileOf(options.profile)
  const client = clientOf(options, profile)
  const assets = assetCalls(client, profile)
  const versions = versionCalls(client, profile)
  const files = filesOf(options.files)
  const tools: Tools = {
    name: options.name ?? 'vip',
    baseUrl: options.baseUrl,
    assets,
    versions,
    tus: tusCalls(client, profile),
    uploads: profile.paths.uploads,
    files,
    chunkBytes: bytesOf(options.chunkBytes ?? 64 * MIB),
    processingMs: millis(options.processing ?? '10m', 'vip processing'),
    compare: options.compare ?? compareRevisions,
    codes: profile.codes,
    settings: [...(assets.get.settings ?? []), ...(files.settings ?? [])],
  }
  return {
    destination: client.destination,
    assets: assetsOf(client, tools),
    versions: { create: versions.create, approve: versions.approve, get: versions.get },
    uploads: uploadsOf(client, tools),
    webhook: (hooks, webhook) => webhookOf(profile, hooks, webhook),
    close: () => client.close(),
  }
}

const MIB = 1024 * 1024

const filesOf = (files: VipOptions['files']): FileProvider =>
  fileProviders(...(files === undefined ? [] : 'open' in files ? [files] : files))

const bytesOf = (chunkBytes: number): number => {
  if (Number.isSafeInteger(chunkBytes) && chunkBytes >= 1) return chunkBytes
  throw new TypeError(`vip chunkBytes: expected a number of bytes, 1 or more, got ${String(chunkBytes)}`)
}
