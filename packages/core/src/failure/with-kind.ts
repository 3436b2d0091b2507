import type { Kind, Tagged } from './failure.js'

/** The same failure, of another kind: a copy that keeps its class, message, stack and data. */
export const withKind = <E extends Tagged>(failure: E, kind: Kind): E =>
  Object.create(Object.getPrototypeOf(failure) as object, {
    ...Object.getOwnPropertyDescriptors(failure),
    kind: { value: kind, enumerable: true },
  }) as E
