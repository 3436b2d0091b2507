import type { Json } from '@xconnector/core'
import { rfc3339 } from '../text/rfc3339.js'
import { isAttributeName } from './event.js'

/** Attributes of an event, as far as they are given: none is null. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

const REQUIRED = ['id', 'source', 'type'] as const
const TEXTS = ['id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'dataschema'] as const
// Control characters, and halves of a character: no attribute may have them (CloudEvents 1.0.2, "Type System").
// eslint-disable-next-line no-control-regex
const UNFIT = /[\x00-\x1f\x7f-\x9f]/
const INT32 = 2 ** 31

/** What is wrong with an event's attributes, by the CloudEvents 1.0 rules; undefined when nothing is. Quotes no value. */
export const attributesFlaw = (attributes: Readonly<Record<string, Json>>): string | undefined => {
  if (attributes['specversion'] !== '1.0') return 'specversion: expected "1.0"'
  for (const name of REQUIRED)
    if (!Object.hasOwn(attributes, name)) return `${name}: expected a text, which every event has`
  for (const name of TEXTS) {
    if (!Object.hasOwn(attributes, name)) continue
    const value = attributes[name]
    if (typeof value !== 'string' || value === '') return `${name}: expected a text that is not empty`
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (!isAttributeName(name)) return 'expected names of attributes of lower-case letters and digits'
    const flaw = valueFlaw(value)
    if (flaw !== undefined) return `${name}: ${flaw}`
  }
  if (/\s/.test(attributes['source'] as string)) return 'source: expected a URI reference'
  const { time } = attributes
  return time !== undefined && rfc3339(time as string) === undefined
    ? 'time: expected an RFC 3339 timestamp'
    : undefined
}

const valueFlaw = (value: Json): string | undefined => {
  if (typeof value === 'string')
    return UNFIT.test(value) || !value.isWellFormed()
      ? 'expected a text without control characters'
      : undefined
  if (typeof value === 'boolean') return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= -INT32 && value < INT32)
    return undefined
  return 'expected a text, a boolean or an integer of 32 bits'
}
