// How a user writes flows: what infers, and what does not compile.
import { byKind, deadLetter, discard, failure, flow, retry, when } from '../../src/index.js'
import type { DecodeFailed, OutcomeUnknown, Result, Source, StepFailed, Target } from '../../src/index.js'
import { asset, type AssetPublished, post, pager, sitePost, vipPut, type RateLimited } from './remotes.js'

class NoRights extends failure('NoRights', 'permanent')<{ uid: string }> {}
declare const rightsOf: (uid: string) => string | undefined
declare const assetPublished: Source<AssetPublished, AssetPublished>

export const published = flow('publish-assets', { version: 2 })
  .from(assetPublished, { latest: { key: (e) => e.data.asset.uid, version: (e) => e.data.asset.version } })
  .filter('approved', (e) => e.data.asset.tags.includes('approved'))
  .map('rights', (e) => {
    const r = rightsOf(e.data.asset.uid)
    return r === undefined ? new NoRights({ uid: e.data.asset.uid }) : { ...e, rights: r }
  })
  .tap('seen', (e) => e.rights.length)
  .fanOut({
    vip: vipPut.with((e) => ({ externalId: e.data.asset.uid, title: e.rights })),
    site: (m) =>
      m
        .map('to site', (e) => ({ title: e.data.asset.title }))
        .to(sitePost)
        .on('RateLimited', retry({ upTo: '10m' }).orElse(deadLetter())),
  })
  .onError({
    StepFailed: deadLetter().alert(pager),
    NoRights: discard('no rights yet'),
    DecodeFailed: discard(),
    RateLimited: retry({ initial: '1s', upTo: '24h' }).orElse(deadLetter()),
    Unavailable: retry({ upTo: '24h' }),
    Rejected: when((e) => e.status === 410, discard('gone'), deadLetter()),
    VersionNotCurrent: discard(),
    OutcomeUnknown: deadLetter(),
  })

// A helper for `latest` that takes more than this body does not widen it.
declare const newest: {
  key(e: { data: { asset: { uid: string } } | { entry: { uid: string } } }): string
  version(e: object): number
}
export const helped = flow('h')
  .from(assetPublished, { latest: newest })
  .map('title', (e) => e.data.asset.title)

export const short = flow('s')
  .from(assetPublished)
  .map('v', (e) => ({ externalId: e.data.asset.uid, title: 't' }))
  .to(vipPut)
  .otherwise(byKind({ permanent: deadLetter().alert(pager) }))

const open = flow('g')
  .from(assetPublished)
  .map('v', (e) => ({ externalId: e.data.asset.uid, title: e.data.asset.title }))

export const joined = open
  .to(vipPut, { into: (body, reply) => ({ ...body, vipId: reply.id }) })
  .map('x', (b) => b.vipId.length + b.title.length)

// The body stays when the reply is not joined, and is the reply after via.
export const stays = open.to(vipPut).map('x', (b) => b.externalId.length)
export const replies = open.via(vipPut).map('x', (b) => b.id.length)

// @ts-expect-error a tag nobody has
flow('n').from(assetPublished).on('DecodeFailed', discard()).onError({ Bogus: discard() })
flow('n').from(assetPublished).on('DecodeFailed', discard()).onError({})

const timed = flow('t').from(assetPublished, { key: (e) => e.data.asset.uid, deadline: '24h' })
// @ts-expect-error DeadlineExceeded and StepFailed are open
timed.onError({ DecodeFailed: discard() })
timed.onError({ DecodeFailed: discard(), DeadlineExceeded: deadLetter(), StepFailed: deadLetter() })

declare const dateCodec: { encode(a: { at: Date }): { at: string }; decode(u: unknown): unknown }
export const coded = flow('c')
  .from(assetPublished)
  .map('d', () => ({ at: new Date() }))
  .durable('dated', dateCodec)
  .map('y', (b) => b.at.getFullYear())

declare const dated: Target<{ at: Date }, void, never>
const withDate = flow('d')
  .from(assetPublished)
  .map('d', () => ({ at: new Date() }))
// Nothing is stored between the map and the target.
export const inside = withDate.to(dated).otherwise(byKind())
// @ts-expect-error a Date cannot cross a hop: `at` is named
withDate.to(dated).map('later', (b) => b.at)
// @ts-expect-error nor may it reach a branch
withDate.fanOut({ a: dated.with((b) => ({ at: b.at })), b: dated })
// @ts-expect-error nor wait in a delay
withDate.delay('wait', '1h').to(dated)

export const r: Result<StepFailed | DecodeFailed, { externalId: string; title: string }> =
  await open.call(asset)
// An unsafe target brings OutcomeUnknown, a keyed one does not.
export const unsafe: OutcomeUnknown['_tag'] | RateLimited['_tag'] = await tagOf(
  flow('u').input<{ title: string }>().via(sitePost),
)
// @ts-expect-error a keyed target has no unknown outcome
flow('k').input<{ title: string }>().via(post).on('OutcomeUnknown', discard())

declare function tagOf<E extends { readonly _tag: string }>(f: {
  call(input: { title: string }): Promise<Result<E, unknown>>
}): Promise<Extract<E['_tag'], 'OutcomeUnknown' | 'RateLimited'>>
