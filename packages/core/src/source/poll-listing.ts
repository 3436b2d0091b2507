import type { KnownIds } from './known-ids.js'
import type { PollContext } from './poll-options.js'
import type { PollSettings } from './poll-settings.js'

/**
 * Reads a whole listing.
 *
 * @throws what the listing throws, a TypeError when it gives what is no id, and the signal's reason when that aborts.
 */
export const listed = async (
  ids: NonNullable<PollSettings['deletions']>['ids'],
  ctx: PollContext,
): Promise<ReadonlySet<string> | { readonly _tag: string }> => {
  const given = await ids(ctx)
  const all = new Set<string>()
  if (isPages(given)) {
    for await (const page of given) {
      ctx.signal.throwIfAborted()
      addTo(all, typeof page === 'string' ? [page] : page)
    }
    return all
  }
  if (!Array.isArray(given) && typeof (given as { _tag?: unknown } | null)?._tag === 'string')
    return given as { readonly _tag: string }
  addTo(all, given as readonly string[])
  return all
}

const isPages = (given: unknown): given is AsyncIterable<string | readonly string[]> =>
  typeof given === 'object' && given !== null && Symbol.asyncIterator in given

const addTo = (all: Set<string>, page: readonly string[]): void => {
  if (!Array.isArray(page))
    throw new TypeError(`deletions.ids gave ${typeof page}, expected ids: texts, or arrays of them`)
  for (const id of page as readonly unknown[]) {
    if (typeof id !== 'string' || id === '')
      throw new TypeError(
        `deletions.ids gave ${id === '' ? 'an empty text' : typeof id} as an id, expected a text`,
      )
    all.add(id)
  }
}

/** So few may always vanish: of a handful, a share says nothing. */
const FEW = 10

/** Why a listing is not believed; `undefined` when it is. */
export const disbelieved = (known: KnownIds, all: ReadonlySet<string>, most: number): string | undefined => {
  const gone = known.missingIn(all)
  if (gone === 0) return undefined
  if (all.size === 0 && most < 1)
    return `it is empty, and would delete all ${gone}; if that is right, give deletions.most: 1`
  if (gone <= FEW || gone <= known.size * most) return undefined
  return `it would delete ${gone} of ${known.size}, more than the share deletions.most allows (${most})`
}
