import type * as t from 'io-ts'
import { expectedBy } from '../../src/drift/expected-by-codec.js'
import { Field } from '../../src/drift/field.js'
import type { Finding } from '../../src/drift/finding.js'
import type { Room } from '../../src/drift/merge-fields.js'
import { observe, type ProfileOptions } from '../../src/drift/profile.js'

export const DEFAULTS: ProfileOptions = { learn: 200, vanished: 50, values: true }

/** A profile to show messages to. */
export interface Observed {
  readonly field: Field
  readonly room: Room
  /** Shows one message; gives what it finds. */
  see(body: unknown): readonly Finding[]
  /** Shows `n` of them; gives all that they find. */
  seeAll(n: number, body: (i: number) => unknown): readonly Finding[]
}

export const observed = (
  codec?: t.Mixed,
  options: Partial<ProfileOptions> = {},
  field: Field = new Field(),
  room: Room = { left: 2000 },
): Observed => {
  const expected = expectedBy(codec)
  const see = (body: unknown): readonly Finding[] => {
    const found: Finding[] = []
    observe(field, body, expected, { ...DEFAULTS, ...options }, room, (f) => found.push(f))
    return found
  }
  const seeAll = (n: number, body: (i: number) => unknown): readonly Finding[] =>
    Array.from({ length: n }, (_, i) => see(body(i))).flat()
  return { field, room, see, seeAll }
}

/** What a test says of a finding. */
export const said = (found: readonly Finding[]): readonly string[] =>
  found.map((f) => `${f.first ? '' : 'again '}${f.what} ${f.path} ${f.sample}`)
