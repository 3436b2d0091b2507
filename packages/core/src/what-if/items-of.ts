import type { ItemRef } from '../runtime/envelope.js'

/**
 * Which split items an entry is, by its id alone. `path`: the id after the root's. `splits`: the paths of the splits that
 * its hop is inside of.
 */
export const itemsOf = (hop: string, path: string, splits: readonly string[]): readonly ItemRef[] => {
  const names = hop.split('/')
  const ids = path.slice(1).split('/')
  if (names.length !== ids.length) return []
  return splits
    .toSorted((a, b) => a.length - b.length)
    .flatMap((split): readonly ItemRef[] => {
      const at = split.split('/').length
      const index = Number(ids[at])
      return names[at] === 'item' && Number.isInteger(index) ? [[split, index]] : []
    })
}
