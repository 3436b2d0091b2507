import type { Json } from '@xconnector/core'
import { attributesFlaw, type Attributes } from './attributes.js'

/** An event that has been read, in the form of the JSON format, without nulls. */
export interface ReadEvent {
  readonly event: Attributes & { readonly [name: string]: Json }
  /** Its attributes stood in the head of the request. */
  readonly inHead: boolean
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Reads an event of the JSON format; or says what is wrong with it, without a value. */
export const readStructured = (json: Json): ReadEvent | string => {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return 'expected an event as an object'
  const { data, data_base64: base64, ...rest } = json as Readonly<Record<string, Json>>
  // A null stands for an attribute that is not there. Assigned one by one, "__proto__" would be none of them.
  const attributes: Record<string, Json> = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null),
  )
  const wrong = attributesFlaw(attributes)
  if (wrong !== undefined) return wrong
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined) return 'expected either data or data_base64'
    if (typeof base64 !== 'string' || !BASE64.test(base64)) return 'data_base64: expected base64'
    attributes['data_base64'] = base64
  } else if (data !== undefined) attributes['data'] = data
  return { event: attributes as ReadEvent['event'], inHead: false }
}
