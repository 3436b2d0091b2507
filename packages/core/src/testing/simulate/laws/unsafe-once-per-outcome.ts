import { law, type Law } from '../law.js'
import type { Called } from '../ledger.js'

/**
 * An unsafe target is called again only when it is known that the call before took no effect: it was heard to fail, or the
 * remote was asked. Left out are calls of a process that had lost its lease and could not know: it stood still between its
 * mark and its call, and nothing but the remote could hold it back. Whatever is in doubt ends as `OutcomeUnknown`. A dead letter that is replayed is sent again on purpose.
 */
export const unsafeOncePerOutcome: Law = law('unsafeOncePerOutcome', ({ calls, entries }) => {
  const last = new Map<string, Called>()
  for (const call of calls) {
    if (call.effect !== 'unsafe' || call.stale) continue
    const { target, key } = call
    const place = `${target}\n${key}\n${round(call)}`
    const before = last.get(place)
    if (before !== undefined && before.heard !== 'failed' && !absent(before))
      return `${target} was called again with the key ${key}, though the call before ${said(before)}`
    last.set(place, call)
  }
  for (const { target, key, entry, took } of last.values()) {
    const lived = entries.get(entry)
    if (took > 0 && lived?.ended === 'dead' && !lived.errors.some((e) => e._tag === 'OutcomeUnknown'))
      return `${target} took ${key}, which is a dead letter that does not say so`
  }
  return undefined
})

// Of the record behind the ledger.
const round = (call: Called): number => (call as { readonly round?: number }).round ?? 0
const absent = (call: Called): boolean => (call as { readonly absent?: boolean }).absent === true

const said = ({ heard }: Called): string =>
  heard === 'ok' ? 'was heard to succeed' : 'may have taken effect: nobody heard its answer'
