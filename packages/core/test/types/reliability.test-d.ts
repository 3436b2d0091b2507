// Awaited replies, sagas, idempotent receivers, completion hooks: inference and mistakes.
import {
  deadLetter,
  discard,
  failure,
  flow,
  retry,
  type PartialFailure,
  type StepFailed,
  type Target,
} from '../../src/index.js'
import type { AwaitExpired } from '../../src/failure/await-expired.js'
import type { KeyInUse } from '../../src/failure/key-in-use.js'
import type { SagaFailed } from '../../src/failure/saga-failed.js'
import { completion } from '../../src/patterns/completion.js'
import { correlation } from '../../src/patterns/correlation.js'
import { idempotent } from '../../src/patterns/idempotent.js'
import { saga } from '../../src/patterns/saga.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

class Full extends failure('Full', 'permanent')<{ hotel: string }> {}
class Down extends failure('Down', 'transient')<object> {}
interface Trip {
  readonly to: string
  readonly nights: number
}
declare const book: Target<{ to: string }, { ref: string }, Down>
declare const stay: Target<{ nights: number; flight: string }, { room: number }, Full>
declare const cancel: Target<{ ref: string | undefined }, unknown, Down>
declare const audit: Target<string, unknown, Down>
const trips = flow('trips').input<Trip>()

// The reply joins the body, and its failure has to be routed.
const approved = correlation<{ ok: boolean }>('approved')
const waited = trips.through(approved.wait({ id: (t) => t.to, within: '3d' }))
declare const waitedErrors: Parameters<typeof waited.onError>[0]
export const w1 = is<Same<keyof typeof waitedErrors, 'AwaitExpired' | 'StepFailed'>>()
export const w2 = waited
  .map('ok', ({ body, reply }) => `${body.nights} ${reply.ok}`)
  .onError({ AwaitExpired: discard(), StepFailed: deadLetter() })
// @ts-expect-error AwaitExpired has no route
waited.onError({ StepFailed: deadLetter() })
// What expiry becomes takes the failure away; what it returns is a failure too.
const expired = trips.through(
  approved.wait({ id: (t) => t.to, within: '3d', join: (t) => t, expired: (t) => new Full({ hotel: t.to }) }),
)
export const w3 = expired.map('to', (t) => t.to).onError({ Full: discard(), StepFailed: deadLetter() })
// Several answers; the failures of the reminders' branch are the flow's.
const many = trips.through(
  approved.collect({
    id: (t) => t.to,
    within: '3d',
    until: { quorum: 2 },
    remind: { after: '1d', to: audit.with((r) => `${r.body.to} ${r.nth} ${r.replies.length}`) },
    join: (t, replies) => ({ ...t, ok: replies.every((r) => r.value.ok) }),
  }),
)
export const w4 = many
  .map('ok', (t) => t.ok)
  .onError({ AwaitExpired: discard(), StepFailed: deadLetter(), Down: retry() })
// @ts-expect-error an id is a text
trips.through(approved.wait({ id: (t) => t.nights, within: '3d' }))
// @ts-expect-error an answer is what the correlation carries
trips.through(approved.answer({ id: (t) => t.to, reply: (t) => ({ yes: t.nights }) }))
// @ts-expect-error a wait has an end
trips.through(approved.wait({ id: (t) => t.to }))
// @ts-expect-error what JSON cannot carry is no answer
trips.through(correlation<Date>('at').answer({ id: (t) => t.to, reply: () => new Date(0) }))

// Steps see the replies before them, compensations their own, which may be missing.
declare const bookTrip: Target<{ readonly body: Trip }, { ref: string }, Down>
const start = saga('trip').input((t: Trip, ctx) => ({ ref: `${t.to} ${ctx.clock.now()}` }))
const booked = start
  .step(
    'flight',
    book.with((s) => ({ to: s.body.to })),
    {
      undo: cancel.with((s) => ({ ref: s.reply?.ref ?? s.options.ref })),
    },
  )
  .step(
    'hotel',
    stay.with((s) => ({ nights: s.body.nights, flight: s.replies.flight.ref })),
    {
      undo: (s) => s.map('ref', (u) => ({ ref: u.replies.flight.ref })).to(cancel),
      noEffect: ['Full'],
    },
  )
const saved = trips.through(booked)
declare const savedErrors: Parameters<typeof saved.onError>[0]
export const s1 = is<Same<keyof typeof savedErrors, 'SagaFailed' | 'StepFailed'>>()
export const s2 = saved.map(
  'room',
  ({ body, options, replies }) => `${body.to} ${options.ref} ${replies.hotel.room}`,
)
const later = start.step(
  'f',
  // @ts-expect-error a later reply is not known yet
  book.with((b) => ({ to: b.replies.hotel.room })),
)
// @ts-expect-error a compensation may have no reply
const sure = start.step('f', bookTrip, { undo: cancel.with((u) => ({ ref: u.reply.ref })) })
// @ts-expect-error the step has no such failure
const none = start.step('f', bookTrip, { noEffect: ['Full'] })
export type Mistakes = [typeof later, typeof sure, typeof none]
// @ts-expect-error a saga has steps
trips.through(saga('none').input<Trip>())
// @ts-expect-error its failure has to be routed
saved.onError({ StepFailed: deadLetter() })

// The reply goes on beside the body; the target's failures stay.
const once = trips.through(idempotent('once', { key: (t) => t.to, window: '7d' }, book))
declare const onceErrors: Parameters<typeof once.onError>[0]
export const i1 = is<Same<keyof typeof onceErrors, 'Down' | 'StepFailed'>>()
export const i2 = once.map('ref', (r) => `${r.body.nights} ${r.reply.ref} ${r.repeat}`)
const told = trips.through(idempotent('once', { key: (t) => t.to, window: '7d', whileWorking: 'fail' }, book))
declare const toldErrors: Parameters<typeof told.onError>[0]
export const i3 = is<Same<keyof typeof toldErrors, 'Down' | 'KeyInUse' | 'StepFailed'>>()
// @ts-expect-error a key is a text
trips.through(idempotent('once', { key: (t) => t.nights, window: '7d' }, book))
// @ts-expect-error the window is bounded
trips.through(idempotent('once', { key: (t) => t.to }, book))
// @ts-expect-error the body does not fit the target
trips.through(idempotent('once', { key: (t) => t.to, window: '7d' }, cancel))

// Hooks see how the part ended, and bring no failures.
const part = trips.through(
  completion(
    'part',
    (s) => s.to(stay.with((t: Trip) => ({ nights: t.nights, flight: '' }))).map('n', (t) => t.nights),
    {
      done: (s) => s.map('text', (end) => `${end.body.to} ${end.result.toFixed()}`).to(audit),
      failed: audit.with((end) => end.failure._tag),
    },
  ),
)
declare const partErrors: Parameters<typeof part.onError>[0]
export const c1 = is<Same<keyof typeof partErrors, 'Full' | 'PartialFailure' | 'StepFailed'>>()
export const c2 = part.map('nights', (n) => n.toFixed())
// @ts-expect-error a good end has no failure
trips.through(completion('part', book, { done: (s) => s.map('text', (end) => end.failure._tag).to(audit) }))

export type Tags = AwaitExpired | KeyInUse | PartialFailure | SagaFailed | StepFailed
