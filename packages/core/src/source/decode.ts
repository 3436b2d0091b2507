import { DecodeFailed } from '../failure/decode-failed.js'
import { left, type May, type Result } from '../result/result.js'
import type { Source } from './source.js'

/** Decodes as a source does; a decoder that throws, or gives no result, has failed to decode. */
export const decodeRaw = <A, Raw>(source: Source<A, Raw>, raw: Raw): May<Result<DecodeFailed, A>> => {
  try {
    const r = source.decode(raw)
    return r instanceof Promise ? r.then(checked, threw) : checked(r)
  } catch (thrown) {
    return threw(thrown)
  }
}

const checked = <A>(r: Result<DecodeFailed, A>): Result<DecodeFailed, A> => {
  const tag = (r as Partial<Result<DecodeFailed, A>> | null | undefined)?._tag
  if (tag === 'Right' || tag === 'Left') return r
  return left(new DecodeFailed([{ path: [], message: `the decoder gave no result, but ${typeof r}` }]))
}

const threw = (thrown: unknown): Result<DecodeFailed, never> => left(undecodable(thrown))

/** What a decoder that threw is said to have found. */
export const undecodable = (thrown: unknown): DecodeFailed =>
  new DecodeFailed([
    { path: [], message: `the decoder threw ${thrown instanceof Error ? thrown.name : typeof thrown}` },
  ])
