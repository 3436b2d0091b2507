import { ANY_KEY } from './dynamic-key.js'
import { Field } from './field.js'
import type { Values } from './values.js'

/** How many fields there may be. */
export interface Room {
  left: number
}

/**
 * Puts what `other` knows into `into`. Counts become the larger of both, so that it makes no difference how often, or in
 * what order, the same knowledge comes. Where there is no room, new fields are left out.
 */
export const mergeFields = (into: Field, other: Field, room: Room): void => {
  into.odd = into.present === 0 ? other.odd : into.odd && (other.odd || other.present === 0)
  if (rank(other) > rank(into)) {
    into.missed = other.missed
    into.present = other.present
  }
  other.kinds.forEach((n, i) => (into.kinds[i] = Math.max(into.kinds[i]!, n)))
  into.oddKinds |= other.oddKinds
  into.objects = Math.max(into.objects, other.objects)
  into.values = mergedValues(into.values, other.values)
  if (other.items !== undefined && (into.items !== undefined || took(room)))
    mergeFields((into.items ??= new Field()), other.items, room)
  if (other.map && !into.map) asMap(into, room)
  for (const [name, child] of other.children) {
    const key = into.map ? ANY_KEY : name
    let mine = into.children.get(key)
    if (mine === undefined) {
      if (!took(room)) continue
      mine = new Field()
      mine.last = into.visits
      into.children.set(key, mine)
    }
    mergeFields(mine, child, room)
  }
}

const took = (room: Room): boolean => {
  if (room.left <= 0) return false
  room.left--
  return true
}

// The one that was watched for longer knows the rate better; ties are broken alike everywhere.
const rank = (f: Field): number => (f.present + f.missed) * 1e6 + f.present

/** From now on all keys of an object are data. */
export const asMap = (field: Field, room: Room): void => {
  const any = new Field()
  // All of them had room.
  const had = field.count()
  for (const child of field.children.values()) mergeFields(any, child, { left: had })
  any.last = field.visits
  any.odd = false
  field.children.clear()
  field.children.set(ANY_KEY, any)
  field.map = true
  room.left += had - field.count()
}

const mergedValues = (a: Values | 'many', b: Values | 'many'): Values | 'many' => {
  if (a === 'many' || b === 'many') return 'many'
  for (const [h, n] of b.counts) a.counts.set(h, Math.max(a.counts.get(h) ?? 0, n))
  a.seen = Math.max(a.seen, b.seen)
  a.newest = Math.max(a.newest, b.newest)
  return a.many ? 'many' : a
}
