import { valuesOf, without, type HeaderList } from '../wire/header-list.js'

// Of the body that is stored, or of one exchange alone.
const KEPT = [
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'transfer-encoding',
  'etag',
  'via',
]

/** The headers of a stored answer that a 304 confirms: those of the 304 in the place of the stored ones (RFC 9111, 3.2). */
export const merged = (stored: HeaderList, confirming: HeaderList): string[] => {
  const news = without(confirming, ...KEPT)
  const names = new Set<string>()
  for (let i = 0; i < news.length; i += 2) names.add(news[i]!.toLowerCase())
  return [...without(stored, 'age', ...names), ...without(news, 'age'), ...ageIn(confirming)]
}

const ageIn = (headers: HeaderList): readonly string[] =>
  valuesOf(headers, 'age')
    .slice(0, 1)
    .flatMap((v) => ['age', v])
