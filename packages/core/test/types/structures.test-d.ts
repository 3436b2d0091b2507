// Choices, splits, recoveries, nested structures, files, the ends of a call.
import { byKind, createRuntime, deadLetter, discard, failure, flow, retry } from '../../src/index.js'
import type {
  FileRef,
  Filtered,
  Journal,
  Json,
  PartialFailure,
  Result,
  StepFailed,
  Target,
} from '../../src/index.js'
import {
  assets,
  encode,
  page,
  upload,
  type Doc,
  type RateLimited,
  type Unavailable,
  type Video,
} from './remotes.js'

declare const journal: Journal
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

const start = flow('assets').from(assets)
// Guards narrow, the rest narrows too, bodies join, errors add up.
export const chosen = start.choose((c) =>
  c
    .when(
      'image',
      (a) => a.type === 'image',
      (m) =>
        m.map('up', (a) => ({ id: a.uid, file: a.file })).to(upload, { into: (_, r) => ({ at: r.url }) }),
    )
    .when(
      'video',
      (a): a is Video => a.type === 'video',
      encode.with((a: Video) => ({ id: a.uid, seconds: a.seconds })),
    )
    .otherwise((m) => m.map('rest', (d) => ({ pages: d.pages.length }))),
)
const after = chosen.map('k', (r) => ('at' in r ? r.at : 'job' in r ? r.job : String(r.pages)))
export const c1 = after.onError({
  DecodeFailed: discard(),
  StepFailed: deadLetter(),
  RateLimited: retry({ upTo: '1h' }),
  Unavailable: deadLetter(),
  Rejected: discard(),
})
declare const isImage: (a: { type: string }) => boolean
declare const uidOf: Target<{ uid: string }, string, never>
// @ts-expect-error otherwise is mandatory
start.choose((c) => c.when('image', isImage, uidOf))

// A choice of plain targets leaves no other ends.
const plain = flow('p')
  .input<{ n: number; text: string }>()
  .choose((c) => c.when('one', (p) => p.n === 1, page).otherwise(page))
declare const ends: Awaited<ReturnType<typeof plain.call>>
export const c2 = is<Same<typeof ends, Result<Unavailable | StepFailed, { id: number }>>>()

// A split with a sub-flow and a route of its own; the flow ends.
const docs = flow('docs').input<Doc>()
export const parts = docs.split(
  'pages',
  (d) => d.pages,
  (m) =>
    m
      .filter('text', (p) => p.text !== '')
      .to(page)
      .on('Unavailable', retry({ upTo: '1d' })),
)
export const s1 = parts.onError({ StepFailed: deadLetter() })
// @ts-expect-error the flow ended
parts.map('more', () => 1)

// The tag leaves, the new failure joins, the bodies join.
class TooBig extends failure('TooBig', 'permanent')<{ size: number }> {}
const rec = flow('r')
  .input<{ id: string; file: FileRef }>()
  .via(upload)
  .recover('Unavailable', (e) => (e.retryAt === undefined ? new TooBig({ size: 1 }) : { url: 'fallback' }))
declare const recE: Awaited<ReturnType<typeof rec.call>>
if (recE._tag === 'Left') {
  const t: 'RateLimited' | 'StepFailed' | 'TooBig' = recE.left._tag
  void t
} else void recE.right.url.length
// @ts-expect-error no such failure above
rec.recover('Unavailable', () => ({ url: '' }))

// Routes do nothing in memory: a routed tag stays on the left of a call; Filtered too.
const routed = flow('x')
  .input<{ id: string; file: FileRef }>()
  .filter('f', (b) => b.id !== '')
  .via(upload)
  .on('RateLimited', retry({ upTo: '1h' }))
declare const left: Awaited<ReturnType<typeof routed.call>>
if (left._tag === 'Left') {
  const t: 'RateLimited' | 'Unavailable' | 'StepFailed' | 'Filtered' = left.left._tag
  void t
  if (left.left._tag === 'Filtered') {
    const f: Filtered = left.left
    void f.step
  }
}
export const x1 = routed.onError({ StepFailed: discard(), Unavailable: discard() })

// In memory a fan-out fails with its branches' names in the type.
const g = flow('g').input<{ id: string; file: FileRef; n: number; text: string; seconds: number }>()
const all = g.fanOut({ up: upload, enc: encode })
declare const fanned: Awaited<ReturnType<typeof all.call>>
if (fanned._tag === 'Left' && fanned.left._tag === 'PartialFailure') {
  const p: PartialFailure<'up' | 'enc'> = fanned.left
  const b: 'up' | 'enc' | undefined = p.failed[0]?.branch
  void b
}

// Files cross hops; fan-outs nest; a generic helper over flows keeps its types.
export const nested = g
  .fanOut({ a: upload, b: (m) => m.fanOut({ c: encode, d: page }), e: (m) => m.to(upload).to(encode) })
  .otherwise(byKind())
const twice = <A extends { id: string; file: FileRef }>(f: Target<A, { url: string }, RateLimited>) =>
  flow('h').input<A>().via(f)
export const h = twice(upload as Target<{ id: string; file: FileRef }, { url: string }, RateLimited>).call({
  id: '',
  file: { provider: '', id: '', version: '' },
})
createRuntime({ flows: [c1, s1, x1, nested], journal })
// @ts-expect-error unrouted errors
createRuntime({ flows: [routed], journal })
export const narrowed = start.filter('images', (a) => a.type === 'image').map('f', (a) => a.file.provider)

// A body may be JSON itself, or hold some.
export const json = flow('j')
  .input<{ any: Json; deep: { more: readonly Json[] } }>()
  .durable('kept')
  .map('x', (b) => b.any)
  .durable('again')
  .map('y', (b) => b)
