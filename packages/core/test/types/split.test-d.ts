// Splits: items, options, decoders, reports; and what must not compile.
import * as t from 'io-ts'
import {
  deadLetter,
  decodeWith,
  flow,
  retry,
  type PartialFailure,
  type Result,
  type StepFailed,
  type Target,
} from '../../src/index.js'
import type { RunReport } from '../../src/flow/run-report.js'
import type { DecodeFailed } from '../../src/failure/decode-failed.js'
import { page, type Doc, type Unavailable } from './remotes.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

const docs = flow('docs').input<Doc>()
const Page = t.type({ n: t.number, text: t.string })
declare const report: Target<
  RunReport,
  unknown,
  { readonly _tag: 'Lost'; readonly kind: 'transient'; readonly message: string }
>

// Lists, streams and promises of either give the type of the item; key and outcome know it, and the reply.
export const keyed = docs.split('pages', (d) => d.pages, page, {
  key: (p) => p.text,
  run: { outcome: (reply) => (reply.id > 0 ? 'created' : 'updated'), total: (d) => d.pages.length, report },
})
declare const keyedEnds: Awaited<ReturnType<typeof keyed.call>>
if (keyedEnds._tag === 'Left') {
  const tag: 'StepFailed' | 'Unavailable' | 'PartialFailure' | 'Lost' = keyedEnds.left._tag
  void tag
}
export const closed = keyed.onError({ StepFailed: deadLetter(), Unavailable: retry(), Lost: retry() })
// @ts-expect-error the failure of the report has no route
keyed.onError({ StepFailed: deadLetter(), Unavailable: retry() })

export const streamed = docs.split(
  'pages',
  async function* (d, ctx) {
    for (const p of d.pages.slice(ctx.position)) yield p
  },
  (s) => s.map('text', (p) => p.text.length),
  { seek: true, chunk: 10 },
)
export const promised = docs.split('pages', async (d) => d.pages, page)
export const none = docs.split('pages', (d) => (d.pages.length === 0 ? null : d.pages), page)

// Rows are decoded: the item is what the decoder gives, and its failure has to be routed, there or later.
const decoded = docs.split('rows', () => [{ any: 'thing' }, 1], page, {
  decode: Page,
  key: (p) => p.text,
  onBad: 'skip',
})
declare const decodedEnds: Awaited<ReturnType<typeof decoded.call>>
export const d1 =
  is<
    Same<
      typeof decodedEnds,
      Result<Unavailable | StepFailed | DecodeFailed | PartialFailure, { readonly sent: true }>
    >
  >()
export const recovered = docs.split(
  'rows',
  () => ['x'],
  (s) => s.recover('DecodeFailed', () => ({ n: 0, text: '' })).to(page),
  { decode: Page },
)

export const byFunction = docs.split('rows', () => [1], page, {
  decode: decodeWith(Page),
  key: (p) => p.text,
})

// Joined: the replies in order.
const joined = docs.gatherEach('pages', (d) => d.pages, page, { settle: 'all', max: 10, key: (p) => p.text })
declare const joinedEnds: Awaited<ReturnType<typeof joined.call>>
if (joinedEnds._tag === 'Right') {
  const ids: readonly { id: number }[] = joinedEnds.right
  void ids
}

// @ts-expect-error an item is no number
docs.split('pages', (d) => d.pages, page, { key: (p: number) => String(p) })
// @ts-expect-error onBad says what becomes of rows that do not decode
docs.split('pages', (d) => d.pages, page, { onBad: 'skip' })
// @ts-expect-error no such option
docs.split('pages', (d) => d.pages, page, { chunks: 5 })
// @ts-expect-error a key is a text
docs.split('pages', (d) => d.pages, page, { key: () => 1 })
// @ts-expect-error nothing to go over
docs.split('pages', (d) => d.pages.length, page)
// @ts-expect-error the items do not fit the target
docs.split('pages', () => [1, 2], page)
// @ts-expect-error what the decoder gives does not fit the target
docs.split('rows', () => [1], page, { decode: t.string })
// @ts-expect-error a report is not the body of this target
docs.split('pages', (d) => d.pages, page, { run: { report: page } })
// @ts-expect-error items are not joined without a policy
docs.gatherEach('pages', (d) => d.pages, page, {})
docs.split(
  'dates',
  () => [new Date()],
  // @ts-expect-error an item that JSON cannot carry
  (s) => s.map('year', (d) => d.getFullYear()),
)
// @ts-expect-error no such outcome
docs.split('pages', (d) => d.pages, page, { run: { outcome: () => 'deleted' } })
