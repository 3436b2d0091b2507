import { checkMade } from '../message/check-made.js'
import { createHash } from 'node:crypto'
import { addAbortSignal, Readable } from 'node:stream'
import { createDestination } from '../destination/create-destination.js'
import { millis } from '../message/duration.js'
import { systemClock, type Clock } from '../ports/clock.js'
import { ClaimMissing } from './claim-missing.js'
import type { ClaimStore, StoredClaim } from './claim-store.js'
import { parkedBytes } from './parked-bytes.js'

/** Options of `memoryClaims`. */
export interface MemoryClaimsOptions {
  /** The provider in its claims. Default `claims`. */
  readonly name?: string
  /** What ages are measured by. Default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>
}

/** A store of claims in memory, for tests: gone with the process. */
export const memoryClaims = ({
  name = 'claims',
  clock = systemClock,
}: MemoryClaimsOptions = {}): ClaimStore => {
  checkMade('memoryClaims: clock', 'a clock', clock, 'now')
  const kept = new Map<string, { readonly claim: StoredClaim; readonly bytes: Buffer; at: number }>()
  return {
    name,
    destination: createDestination({ name }),
    async put(key, open, { signal } = {}) {
      const id = createHash('sha256').update(key).digest('hex')
      const known = kept.get(id)
      if (known !== undefined) {
        known.at = clock.now()
        return known.claim
      }
      const chunks: Uint8Array[] = []
      for await (const chunk of parkedBytes(open, signal)) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const claim: StoredClaim = { provider: name, id, version: sha256, size: bytes.length, sha256 }
      // Another attempt of the same hop may have been quicker.
      const first = kept.get(id)?.claim
      if (first === undefined) kept.set(id, { claim, bytes, at: clock.now() })
      return first ?? claim
    },
    async open(claim, { start = 0, signal } = {}) {
      signal?.throwIfAborted()
      const found = claim.provider === name ? kept.get(claim.id) : undefined
      if (found === undefined) throw new ClaimMissing(name, claim)
      const bytes = [found.bytes.subarray(start)].filter((b) => b.length > 0)
      const stream = Readable.from(bytes, { objectMode: false })
      return signal === undefined ? stream : addAbortSignal(signal, stream)
    },
    async remove(claim) {
      if (claim.provider === name) kept.delete(claim.id)
    },
    async sweep(olderThan) {
      const before = clock.now() - millis(olderThan, `store "${name}": sweep`)
      const old = [...kept].filter(([, { at }]) => at < before)
      for (const [id] of old) kept.delete(id)
      return old.length
    },
  }
}
