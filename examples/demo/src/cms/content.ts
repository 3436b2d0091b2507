import type { Json } from '@xconnector/core'
import { chance } from '@xconnector/example-kit/chance'
import type { ManifestFile } from '../shared/manifest.ts'

const WORDS = (
  'spring summer market region price terms campaign picture product launch story team field light paper river ' +
  'harbour window garden season colour fabric detail journey evening morning partner channel audience release'
).split(' ')
const CATEGORIES = ['news', 'guides', 'products', 'events'] as const
const PARAGRAPHS = 6
const WORDS_EACH = 40

type Fields = Readonly<Record<string, Json>>

/** The fields of one version of an article. */
export const article = (seed: string, thing: string, version: number): Fields => {
  const dice = (...words: readonly (string | number)[]): number => chance(seed, thing, version, ...words)
  const word = (...words: readonly (string | number)[]): string =>
    WORDS[Math.floor(dice(...words) * WORDS.length)]!
  // One draw for each paragraph; the rest follows from it.
  const paragraph = (n: number): string => {
    const first = Math.floor(dice('paragraph', n) * 9973)
    return Array.from(
      { length: WORDS_EACH },
      (_, i) => WORDS[(first + i * (7 + (first % 11))) % WORDS.length]!,
    ).join(' ')
  }
  return {
    title: `${word('title', 0)} ${word('title', 1)} ${thing.slice(3, 9)}, edition ${version}`,
    summary: paragraph(PARAGRAPHS),
    body: Array.from({ length: PARAGRAPHS }, (_, n) => paragraph(n)),
    category: CATEGORIES[Math.floor(dice('category') * CATEGORIES.length)]!,
    tags: [word('tag', 0), word('tag', 1)],
  }
}

/** The fields of an asset beside its file. What may be done with it is in fields of the stack's own. */
export const assetFields = (seed: string, file: ManifestFile): Fields => ({
  title: file.filename,
  description: `A ${file.kind} of the campaign, version ${file.version}`,
  tags: ['campaign', file.kind],
  rights: {
    holder: 'Example Press',
    territories: chance(seed, 'territories', file.asset) < 0.5 ? ['DE', 'AT', 'CH'] : ['FR', 'BE', 'LU'],
    until: '2030-01-01T00:00:00Z',
  },
})
