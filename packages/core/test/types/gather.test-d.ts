// Gathers, recipient lists, parts of a flow.
import { byKind, deadLetter, discard, flow, type PartialFailure, type Result } from '../../src/index.js'
import { delayUntil } from '../../src/patterns/delay-until.js'
import { divertTo } from '../../src/patterns/divert-to.js'
import { recipients } from '../../src/patterns/recipients.js'
import { wireTap } from '../../src/patterns/wire-tap.js'
import { encode, page, upload, type RateLimited, type Unavailable } from './remotes.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T
interface Media {
  readonly id: string
  readonly file: { readonly provider: string; readonly id: string; readonly version: string }
  readonly n: number
  readonly text: string
  readonly seconds: number
}
const g = flow('g').input<Media>()

// all: every reply by name; a branch that filters may have none.
const all = g
  .gather({ up: upload, enc: encode }, { settle: 'all' })
  .map('b', (r) => ({ url: r.up.url, job: r.enc }))
declare const allR: Awaited<ReturnType<typeof all.call>>
if (allR._tag === 'Right') void allR.right.url.length
if (allR._tag === 'Left' && allR.left._tag === 'PartialFailure') {
  const p: PartialFailure<'up' | 'enc'> = allR.left
  void p
}
g.gather({ up: (s) => s.filter('f', (b) => b.n > 1).to(upload) }, { settle: 'all' }).map('b', (r) => {
  // @ts-expect-error the branch may have filtered
  return r.up.id
})

// any and quorum: what came.
g.gather({ up: upload, enc: encode }, { settle: { quorum: 1 } }).map('b', (r) => {
  // @ts-expect-error it may be missing
  return r.up.url
})

// bestEffort: a result per branch, and no failure of the gather.
const best = g.gather({ up: upload }, { settle: 'bestEffort' })
export const closedBest = best.onError({ RateLimited: discard(), Unavailable: discard() })
best.map('b', (r) => {
  const up: Result<RateLimited | Unavailable, { url: string }> = r.up
  return up._tag
})
// @ts-expect-error PartialFailure has no route
g.gather({ up: upload }, { settle: 'all' }).onError({ RateLimited: discard(), Unavailable: discard() })
// @ts-expect-error no such policy
g.gather({ up: upload }, { settle: 'most' })
// @ts-expect-error the target takes another body
flow('t').input<{ n: string }>().gather({ enc: encode }, { settle: 'all' })

// gatherEach: replies in order.
const each = g.gatherEach(
  'words',
  (b) => b.text.split(' '),
  (s) => s.map('len', (w) => w.length),
  { settle: 'all' },
)
declare const eachR: Awaited<ReturnType<typeof each.run>>
export const lengths = is<Same<typeof eachR, readonly number[]>>()
const bestEach = g.gatherEach('words', (b) => [b], page, { settle: 'bestEffort' })
declare const bestR: Awaited<ReturnType<typeof bestEach.run>>
export const results = is<Same<typeof bestR, readonly Result<Unavailable, { id: number }>[]>>()

// A recipient list takes the names of its branches, and keeps the body.
const list = g.through(
  recipients('to', { up: upload, enc: encode }, (b) => (b.n > 1 ? ['up'] : ['up', 'enc'])),
)
list.map('same', (b) => b.text)
export const closedList = list.onError({
  RateLimited: discard(),
  Unavailable: discard(),
  Rejected: deadLetter(),
  Unresolved: deadLetter(),
  StepFailed: deadLetter(),
})
// @ts-expect-error no such recipient
g.through(recipients('to', { up: upload }, () => ['down']))
g.through(recipients('to', { up: upload, enc: encode }, () => ['up'], { settle: 'all' })).map('r', (r) => {
  // @ts-expect-error who was not named is not in it
  return r.up.url
})

// A tap, a delay and a detour keep inference; a detour's flow takes the body.
const other = flow('other')
  .input<{ text: string }>()
  .map('x', (b) => b.text)
  .otherwise(byKind())
g.through(wireTap('tap', encode))
  .through(delayUntil('later', (b) => b.n))
  .map('m', (b) => b.seconds)
g.choose((c) =>
  c
    .when(
      'big',
      (b) => b.n > 9,
      (s) => s.through(divertTo(other)),
    )
    .otherwise(upload),
).map('only the other case goes on', (r) => r.url)
const numbers = flow('numbers')
  .input<number>()
  .map('x', (n) => n)
  .otherwise(byKind())
// @ts-expect-error the other flow begins with a number
g.through(divertTo(numbers))
// @ts-expect-error not a pattern
g.through(upload)
