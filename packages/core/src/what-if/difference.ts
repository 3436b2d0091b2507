import type { Call } from './call.js'
import type { End } from './end.js'
import { changes, type Change } from './json-changes.js'
import type { Need } from './need.js'
import { pairCalls } from './pair-calls.js'
import type { Story } from './story.js'

/** One call that is not the same in both versions. */
export type CallDifference =
  | {
      readonly as: 'changed'
      readonly before: Call
      readonly after: Call
      readonly changes: readonly Change[]
    }
  | { readonly as: 'only before'; readonly before: Call }
  | { readonly as: 'only after'; readonly after: Call }

/** What the two versions make of one message. */
export interface MessageDifference {
  /** The id of the message or dead letter; `message-17` where it was given none. */
  readonly id: string
  /** Its place among the entries, from 0. */
  readonly index: number
  /**
   * `incomplete`: in one of the versions it stops where something has to be told (`needs`). What is said of it is true, and may
   * not be all.
   */
  readonly as: 'same' | 'different' | 'incomplete'
  readonly calls: readonly CallDifference[]
  /** How many calls are the same in both. */
  readonly sameCalls: number
  /** Where they differ. No ends: it is delivered. */
  readonly ends?: { readonly before: readonly End[]; readonly after: readonly End[] }
  readonly needs: readonly Need[]
  /** Targets of patterns that were answered with nothing, for `replies` does not name them, in a message that then died. */
  readonly unanswered: readonly string[]
}

/** Compares what became of a message. `ignored`: whether a place of what is sent does not count. */
export const difference = (
  id: string,
  index: number,
  before: Story,
  after: Story,
  ignored: (path: string) => boolean,
): MessageDifference => {
  const pairs = pairCalls(before.calls, after.calls)
  let sameCalls = pairs.same
  const calls: CallDifference[] = []
  for (const [a, b] of pairs.others) {
    const found = changes(a.sends, b.sends).filter((c) => !ignored(c.path))
    if (found.length === 0) sameCalls++
    else calls.push({ as: 'changed', before: a, after: b, changes: found })
  }
  for (const call of pairs.onlyBefore) calls.push({ as: 'only before', before: call })
  for (const call of pairs.onlyAfter) calls.push({ as: 'only after', after: call })
  const needs = [...before.needs, ...after.needs.filter((n) => !before.needs.some((o) => isSame(n, o)))]
  const ends = endsOf(before) !== endsOf(after) && { before: before.ends, after: after.ends }
  const dead = [before, after].some((s) => s.ends.some((e) => e.as === 'dead'))
  return {
    id,
    index,
    as: needs.length > 0 ? 'incomplete' : calls.length > 0 || ends !== false ? 'different' : 'same',
    calls,
    sameCalls,
    ...(ends !== false && { ends }),
    needs,
    unanswered: dead ? [...new Set([...before.unanswered, ...after.unanswered])] : [],
  }
}

const isSame = (a: Need, b: Need): boolean => a.what === b.what && a.name === b.name

/** Where a branch ends may be called otherwise in another version: what it ends as counts. */
const endsOf = (s: Story): string => s.ends.map(endName).toSorted().join('\n')

/** What an end is, in a word or two. */
export const endName = ({ as, tag }: End): string => (tag === undefined ? as : `${as} (${tag})`)
