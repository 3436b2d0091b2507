// Mistakes, each on one line: what the compiler says of them must stay short. Not part of the type check.
import { deadLetter, createRuntime, discard, flow, type Journal, type Source, type Target } from '../../src/index.js'
import { post, putImage, vipPut, type AssetPublished, type Doc } from './remotes.js'

declare const published: Source<AssetPublished, AssetPublished>
declare const dated: Target<{ at: Date }, void, never>
declare const journal: Journal
const open = flow('f').from(published).map('v', (e) => ({ externalId: e.data.asset.uid, title: e.data.asset.title }))
export const m1 = open.to(vipPut).onError({ DecodeFailed: discard(), StepFailed: deadLetter(), RateLimited: deadLetter(), VersionNotCurrent: discard() }) // 1 missing route
export const m2 = open.to(vipPut).onError({ DecodeFailed: discard(), StepFailed: deadLetter(), RateLimited: deadLetter(), Unavailable: deadLetter(), VersionNotCurrent: discard(), Rejected: discard() }) // 2 extra route
export const m3 = open.map('t', (b) => b.tilte) // 3 typo in map
export const m4 = flow('f').from(published).to(vipPut) // 4 wrong target body
export const m5 = flow('f').from(published).fanOut({ vip: vipPut, site: (m) => m.map('s', (e) => ({ title: e.data.asset.title })).to(post) }) // 5 wrong branch body
export const m6 = open.map('d', (b) => ({ ...b, at: new Date() })).to(dated).map('after', (b) => b.title) // 6 Date across a hop
createRuntime({ flows: [open.to(vipPut)], journal }) // 7 open flow deployed
export const m8 = flow('f').from(published).to(vipPut.with((e) => ({ externalId: e.data.asset.version, title: e.data.asset.title }))) // 8 wrong with mapping
export const m9 = flow('f').input<Doc>().to(putImage) // 9 wrong body of a client's target
export const m10 = flow('f').input<Doc>().via(putImage) // 10 wrong body of a client's target as a step
