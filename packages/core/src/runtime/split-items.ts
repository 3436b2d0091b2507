import { StepFailed } from '../failure/step-failed.js'
import { failureToJson } from '../failure/to-json.js'
import type { JsonText } from '../message/json.js'
import { collect, type Differing, type Sending } from './emit.js'
import { envelopeText, type ItemRef } from './envelope.js'
import type { Trial } from './judge.js'
import type { Row } from './open-split.js'
import type { SplitEnd } from './split.js'

/** Emits one item. `size`: how many there are, as far as that is known, as it is for the last. Gives what is wrong with its body. */
export type EmitItem = (row: Row, size: number | undefined, last: boolean) => StepFailed | undefined

/** What emits the items of a message, into one commit. `join`: the entry that joins their replies. */
export const itemEmitter = (t: Trial, end: SplitEnd, out: Sending, join?: string): EmitItem => {
  const { origin } = t
  const { path, settings } = end
  const { poison: _, ...envelope } = origin.envelope
  const parents = envelope.items ?? []
  // All but the last reference is the same for all of them.
  const text = envelopeText({ ...envelope, v: origin.version, items: parents })
  const head = `${text.slice(0, -2)}${parents.length > 0 ? ',' : ''}[${JSON.stringify(path)},`
  const ordered = settings.ordered ? (origin.entry.key ?? origin.entry.id) : undefined
  return (row, size, last) => {
    const { index } = row
    const ref: ItemRef =
      size === undefined ? [path, index] : last ? [path, index, size, 1] : [path, index, size]
    const d: Mutable<Differing> = {
      items: parents.length === 0 ? [ref] : [...parents, ref],
      envelope: `${head}${index}${tail(size, last)}]}`,
      answers: join === undefined ? null : { join, as: String(index) },
    }
    if (ordered !== undefined) d.key = ordered
    else if (settings.key !== undefined && row.bad !== true) keyed(end, row, d)
    return collect(origin, end.item, row.row, d, out)
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const tail = (size: number | undefined, last: boolean): JsonText =>
  size === undefined ? ']' : last ? `,${size},1]` : `,${size}]`

/** A key that cannot be told is the item's failure, and no other's: it is put aside at once. */
const keyed = (end: SplitEnd, { item, index }: Row, d: Mutable<Differing>): void => {
  try {
    const key = end.settings.key!(item)
    if (typeof key !== 'string')
      throw new TypeError(`key gave ${key === null ? 'null' : typeof key}, expected a text`)
    d.key = key
  } catch (thrown) {
    const error = failureToJson(new StepFailed(`${end.line.name} key`, thrown)) as object
    d.dead = { ...error, item: index }
  }
}
