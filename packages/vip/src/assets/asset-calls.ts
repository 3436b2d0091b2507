import { whole, type Answered, type HttpQuery, type HttpTarget } from '@xconnector/http'
import type { VipClient } from '../client.js'
import type { VipCallFailure } from '../failure/put-failure.js'
import { Asset } from '../model/asset.js'
import type { AssetRecord } from '../model/vip-asset.js'
import type { VipProfile } from '../profile.js'

/** An asset by its id. */
export interface AssetId {
  readonly assetId: string
}

/** An asset by where it comes from. */
export interface BySource {
  readonly system: string
  readonly sourceId: string
}

/** A record to be put. `etag`: of what it replaces; left out, it must be new. */
export interface RecordPut extends BySource {
  readonly record: AssetRecord
  readonly etag: string | undefined
}

/** A change of what was read with an entity tag. */
export interface Matching extends AssetId {
  readonly etag: string
}

/** A version to be published. Times are RFC 3339 in UTC. */
export interface PublicationPut extends Matching {
  readonly versionId: string
  readonly publishAt?: string | undefined
  readonly unpublishAt?: string | undefined
}

/** Why, and by what, a published asset is taken off. */
export interface PublicationDelete extends Matching {
  readonly reason?: string | undefined
  readonly replacedBy?: string | undefined
}

type Call<A, B> = HttpTarget<A, B, VipCallFailure>
type Read<A, B> = HttpQuery<A, B, VipCallFailure>

/** The calls about assets, one exchange each. */
export interface AssetCalls {
  readonly get: Read<AssetId, Answered<Asset>>
  readonly bySource: Read<BySource, Answered<Asset>>
  readonly put: Call<RecordPut, Answered<Asset>>
  readonly publish: Call<PublicationPut, Answered<Asset>>
  readonly unpublish: Call<PublicationDelete, Answered<Asset>>
  readonly remove: Call<Matching, Answered<Asset>>
}

/** Declares them. */
export const assetCalls = (client: VipClient, { paths }: VipProfile): AssetCalls => ({
  get: client.query({
    name: 'get-asset',
    path: paths.asset,
    response: whole(Asset),
  }),
  bySource: client.query({
    name: 'find-asset',
    path: paths.bySource,
    response: whole(Asset),
  }),
  put: client.target({
    name: 'put-record',
    method: 'PUT',
    path: paths.bySource,
    effect: 'keyed',
    body: ({ record: { source, kind, metadata, rights } }: RecordPut) => ({ source, kind, metadata, rights }),
    headers: ({ etag }) => (etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag }),
    // Another tag makes another request, which must not have the same key.
    key: ({ etag = 'new' }, ctx) => `${ctx.key}/record/${etag.replaceAll('"', '')}`,
    response: whole(Asset),
  }),
  publish: client.target({
    name: 'publish-version',
    method: 'PUT',
    path: paths.publication,
    effect: 'idempotent',
    body: ({ versionId, publishAt, unpublishAt }: PublicationPut) => ({ versionId, publishAt, unpublishAt }),
    headers: ({ etag }) => ({ 'if-match': etag }),
    response: whole(Asset),
  }),
  unpublish: client.target({
    name: 'unpublish-asset',
    method: 'DELETE',
    path: paths.publication,
    effect: 'idempotent',
    query: ({ reason, replacedBy }: PublicationDelete) => ({ reason, replacedBy }),
    headers: ({ etag }) => ({ 'if-match': etag }),
    response: whole(Asset),
  }),
  remove: client.target({
    name: 'remove-asset',
    method: 'DELETE',
    path: paths.asset,
    effect: 'idempotent',
    headers: ({ etag }: Matching) => ({ 'if-match': etag }),
    response: whole(Asset),
  }),
})
