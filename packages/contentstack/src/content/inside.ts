import { decodeWith, left, type AnyDecoder, type Decoded, type Decoder } from '@xconnector/core'
import { ownDecoder, within } from './own-decoder.js'

/** A decoder of what stands in one field of an object: `{ "entry": … }`. */
export const inside = <D extends AnyDecoder>(field: string, decoder: D): Decoder<Decoded<D>> => {
  const decode = decodeWith(decoder)
  return ownDecoder<Decoded<D>>((value) => {
    if (typeof value !== 'object' || value === null)
      return left({ issues: [{ path: [], message: `expected an object with "${field}"` }] })
    const result = decode((value as Readonly<Record<string, unknown>>)[field])
    return result instanceof Promise ? result.then((r) => within([field], r)) : within([field], result)
  })
}
