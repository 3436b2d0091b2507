import { right, type Source } from '../../../src/index.js'

/** A source of whatever a test gives it. */
export const given = <A>(name = 'given'): Source<A> => ({
  name,
  single: false,
  decode: (raw) => right(raw as unknown as A),
  start: () => ({ stop() {} }),
})
