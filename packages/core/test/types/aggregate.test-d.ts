// Aggregators: what goes on, which failures they bring, and what does not compile.
import { deadLetter, flow, retry, type StepFailed, type Target } from '../../src/index.js'
import { aggregate } from '../../src/patterns/aggregate.js'
import { batch } from '../../src/patterns/batch.js'
import { collect } from '../../src/patterns/collect.js'
import { eventWindows } from '../../src/patterns/event-windows.js'
import type { GroupClosed } from '../../src/patterns/group/group-closed.js'
import type { Joined } from '../../src/patterns/group/joined.js'
import type { KeyMissing } from '../../src/patterns/group/key-missing.js'
import { settleWindow } from '../../src/patterns/settle-window.js'
import type { TooLate } from '../../src/patterns/window/too-late.js'
import type { Windowed } from '../../src/patterns/window/windowed.js'
import type { Flow } from '../../src/flow/flow.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T
type BodyOf<F> = F extends Flow<infer _I, infer B, infer _E, infer _X> ? B : never
type FailuresOf<F> = F extends Flow<infer _I, infer _B, infer E, infer _X> ? E : never

interface Scan {
  readonly id: string
  readonly parcel: string
  readonly grams: number
  readonly at: number
  readonly site?: string
}
const start = flow('parcels').input<Scan>()

// Lists: the body is known inside and outside, without a word of type.
const lists = start.through(
  aggregate('parcel', { key: (s) => s.parcel, size: 3, ends: (s, g) => s.grams > g.count }),
)
is<Same<BodyOf<typeof lists>, Joined<readonly Scan[]>>>()
is<Same<FailuresOf<typeof lists>, StepFailed>>()

// Folds: the value is what `start` gives, in `add`, `ends`, `begins` and behind.
const folds = start.through(
  aggregate('weight', {
    key: (s) => s.parcel,
    into: { start: (s) => s.grams, add: (sum, s) => sum + s.grams },
    ends: (_, g) => g.value > 1000,
    begins: (s, g) => g.value + s.grams > 2000,
    silence: '5m',
  }),
)
is<Same<BodyOf<typeof folds>, Joined<number>>>()
folds.map('kilos', (j) => j.value / 1000)

// A key that may be missing, and late messages that are refused, are failures to be routed.
const optional = start.through(
  aggregate('site', { key: (s) => s.site, size: 3, late: { remember: '1h', verb: 'refuse' } }),
)
is<Same<FailuresOf<typeof optional>, StepFailed | KeyMissing | GroupClosed>>()
declare const store: Target<unknown, unknown, never>
optional.to(store).onError({ StepFailed: deadLetter(), KeyMissing: deadLetter(), GroupClosed: retry() })
// @ts-expect-error GroupClosed has no route
optional.to(store).onError({ StepFailed: deadLetter(), KeyMissing: deadLetter() })

// Neither is one where such messages are discarded.
const discarding = start.through(
  aggregate('site', {
    key: (s) => s.site,
    withoutKey: 'discard',
    size: 3,
    late: { remember: '1h', verb: 'discard' },
  }),
)
is<Same<FailuresOf<typeof discarding>, StepFailed>>()

// A list's tests see no value: it is not in memory.
// @ts-expect-error a list has no value to look at
start.through(aggregate('parcel', { key: (s) => s.parcel, ends: (_, g) => g.value.length > 3 }))
// @ts-expect-error a number is no key
start.through(aggregate('parcel', { key: (s) => s.grams, size: 3 }))
// @ts-expect-error a fold without `add`
start.through(aggregate('parcel', { into: { start: (s) => s.grams }, size: 3 }))
// @ts-expect-error ten minutes are '10m'
start.through(aggregate('parcel', { silence: 600 }))

// Batches give the list itself.
const batches = start.through(batch('hundred', { size: 100, within: '5s' }))
is<Same<BodyOf<typeof batches>, readonly Scan[]>>()
is<Same<FailuresOf<typeof batches>, StepFailed>>()
// @ts-expect-error a batch has an end in time
start.through(batch('hundred', { size: 100 }))

const settled = start.through(
  settleWindow('settled', { key: (s) => s.parcel, quiet: '30s', most: '10m', version: (s) => s.at }),
)
is<Same<BodyOf<typeof settled>, Joined<Scan>>>()

const counts = start.through(
  eventWindows('hourly', {
    key: (s) => s.parcel,
    time: (s) => s.at,
    id: (s) => s.id,
    size: '1h',
    into: { start: () => 1, add: (n) => n + 1 },
    tooLate: 'refuse',
  }),
)
is<Same<BodyOf<typeof counts>, Windowed<number>>>()
is<Same<FailuresOf<typeof counts>, StepFailed | TooLate>>()
const facts = start.through(eventWindows('hourly', { time: (s) => s.at, id: (s) => s.id, size: '1h' }))
is<Same<BodyOf<typeof facts>, Windowed<readonly Scan[]>>>()
is<Same<FailuresOf<typeof facts>, StepFailed>>()
// @ts-expect-error a time is a number
start.through(eventWindows('hourly', { time: (s) => s.id, id: (s) => s.id, size: '1h' }))

declare const scans: AsyncIterable<Scan>
export const heavy = async (): Promise<number> => {
  let n = 0
  for await (const g of collect(scans, {
    key: (s) => s.parcel,
    into: { start: (s) => s.grams, add: (sum, s) => sum + s.grams },
  }))
    n += g.value
  for await (const g of collect([1, 2], { size: 2 })) n += g.value[0]!
  return n
}
