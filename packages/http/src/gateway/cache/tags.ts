import { valuesOf, type HeaderList } from '../wire/header-list.js'

const MOST = 128
const LONGEST = 256

/** The tags of an answer: `Surrogate-Key`, parted by spaces, and `Cache-Tag`, by commas. Overlong and surplus ones are left out. */
export const tagsOf = (headers: HeaderList): readonly string[] => {
  const tags = [
    ...valuesOf(headers, 'surrogate-key').flatMap((v) => v.split(/\s+/)),
    ...valuesOf(headers, 'cache-tag').flatMap((v) => v.split(',').map((tag) => tag.trim())),
  ].filter((tag) => tag !== '' && tag.length <= LONGEST)
  return [...new Set(tags)].slice(0, MOST)
}
