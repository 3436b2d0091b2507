// Claims keep what they stand for, cross hops, and fit whatever takes files.
import {
  byKind,
  failure,
  flow,
  type Context,
  type FileRef,
  type Result,
  type StepFailed,
  type Target,
} from '../../src/index.js'
import { checkIn } from '../../src/patterns/check-in.js'
import { checkOut } from '../../src/patterns/check-out.js'
import type { ClaimDamaged } from '../../src/patterns/claim-damaged.js'
import type { ClaimMissing } from '../../src/patterns/claim-missing.js'
import type { ClaimStore } from '../../src/patterns/claim-store.js'
import { release } from '../../src/patterns/release.js'
import type { StoreUnavailable } from '../../src/patterns/store-unavailable.js'
import type { StreamBroken } from '../../src/patterns/stream-broken.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

declare const store: ClaimStore
declare const bytesOf: (o: Order, ctx: Context) => AsyncIterable<Uint8Array> | NoScan
declare const upload: Target<{ file: FileRef }, void, never>
class NoScan extends failure('NoScan', 'permanent')<object> {}
interface Order {
  readonly id: string
  readonly lines: readonly { readonly sku: string }[]
}

const start = flow('orders').input<Order>()

// The whole body, there and back over a hop.
const whole = start.via(checkIn('in', store)).durable('kept').via(checkOut('out', store))
declare const wholeEnd: Awaited<ReturnType<typeof whole.call>>
export const c1 =
  is<Same<typeof wholeEnd, Result<StoreUnavailable | StepFailed | ClaimMissing | ClaimDamaged, Order>>>()

// A part of it.
export const c2 = start
  .via(checkIn('lines', store, { take: (o) => o.lines, leave: ({ id }, lines) => ({ id, lines }) }))
  .durable('kept')
  .via(
    checkOut('back', store, { claim: (o) => o.lines, join: (o, lines) => ({ ...o, first: lines[0]?.sku }) }),
  )
  .map('first', (o) => o.first?.length)

// Bytes: a file for a target; the failure of the function and that of a stream are in the union.
const parked = start
  .via(checkIn('scan', store, { bytes: bytesOf, leave: ({ id }, scan) => ({ id, scan }) }))
  .to(upload.with((o: { scan: FileRef }) => ({ file: o.scan })))
declare const parkedEnd: Awaited<ReturnType<typeof parked.call>>
if (parkedEnd._tag === 'Left') {
  const failed: StoreUnavailable | StepFailed | StreamBroken | NoScan = parkedEnd.left
  void failed
} else void parkedEnd.right.scan.sha256.length
export const c3 = parked
  .to(release('release', store, (o) => o.scan))
  .via(checkOut('back', store, { claim: (o) => o.scan, join: (_, bytes) => bytes.byteLength }))
  .otherwise(byKind())

// @ts-expect-error the body holds no claim there
start.via(checkOut('out', store, { claim: (o) => o.id, join: (o) => o }))
// @ts-expect-error the body is no claim
start.to(release('release', store))
start.via(
  // @ts-expect-error bytes are bytes: text is parked with `take`
  checkIn('scan', store, { bytes: (o: Order) => o.id, leave: (o: Order) => o }),
)
