import type { Kind } from '../failure/failure.js'
import type { FailureRecord } from '../failure/failure-record.js'
import type { HopDescription } from '../plan/describe.js'
import { byTag } from './advice-by-tag.js'

/** What to make of a failure, for whoever has to repair it. */
export interface Advice {
  /** What happened. */
  readonly means: string
  /** What to see to first. */
  readonly first: string
  /**
   * What a replay of the hop does. `safe`: it can be replayed now. `after-change`: it would fail again until something has
   * been changed. `check-first`: it may do at the remote what has been done already.
   */
  readonly replay: 'safe' | 'after-change' | 'check-first'
}

/** Advice for one failure: by its tag where that is known, else by its kind. `hop`: where it happened. */
export const adviceFor = (failure: FailureRecord, hop?: Pick<HopDescription, 'effect'>): Advice => {
  const own = Object.hasOwn(byTag, failure._tag) ? byTag[failure._tag]! : undefined
  // One tag may have several kinds: what is said of a tag is said of those that it lists.
  const known = own !== undefined && (own.of === undefined || own.of.includes(failure.kind)) ? own : undefined
  const { means, first, replay } = known ?? byKind[failure.kind]
  const again = replay === 'check-first' && hop?.effect !== undefined && hop.effect !== 'unsafe'
  return again ? { means, first: REPEATABLE, replay: 'safe' } : { means, first, replay }
}

const REPEATABLE =
  'See that the remote is well. The effect is declared as one that can be repeated, and a replay has the same key.'

const byKind: Readonly<Record<Kind, Advice>> = {
  transient: {
    means: 'The remote could not do it then; it was tried until the route gave up.',
    first: 'See that what it calls is well again.',
    replay: 'safe',
  },
  unknown: {
    means: 'The call may have taken effect, and nobody can say.',
    first: 'Look at the remote whether it did, by the key. Discard it if so, and replay it if not.',
    replay: 'check-first',
  },
  permanent: {
    means: 'The same input fails again.',
    first: 'Mend what it fails on: the data there, the flow, or the remote.',
    replay: 'after-change',
  },
  poison: {
    means: 'The message itself is bad.',
    first: 'Mend the decoder and replay the whole message, or have it sent again and discard this one.',
    replay: 'after-change',
  },
}
