import type { KeyObject } from 'node:crypto'
import type { BodyCheck, SignedHead, SignedRequest, Verified } from './verifier.js'

/** Verifies a body that is there as a whole by what looks at one that goes by. */
export const whole =
  (begin: (keys: readonly KeyObject[], head: SignedHead) => Verified | BodyCheck) =>
  (keys: readonly KeyObject[], request: SignedRequest): Verified => {
    const found = begin(keys, request)
    if ('ok' in found) return found
    found.update(request.raw)
    return found.end() as Verified
  }
