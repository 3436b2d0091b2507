import type { Held, Reserve, Reserved, StoredAnswer } from './idempotency-store.js'

/** What a store keeps of a key. JSON. */
export type KeyRow = { readonly print: string; readonly ends: number } & (
  | { readonly is: 'reserved'; readonly by: string; readonly until: number }
  | { readonly is: 'free' }
  | { readonly is: 'done'; readonly answer: StoredAnswer }
)

/** What is known of a key by its row. A reservation that nobody renewed is free for a repeat, and for no other payload. */
export const judge = (row: KeyRow | undefined, { print, now }: Reserve): Reserved => {
  if (row === undefined || row.ends <= now) return OURS
  if (row.print !== print) return { is: 'other' }
  if (row.is === 'done') return { is: 'done', answer: row.answer }
  return row.is === 'reserved' && row.until > now ? { is: 'busy', until: row.until } : OURS
}

const OURS: Reserved = { is: 'ours' }

/** The row of a reservation. */
export const reservedRow = ({ print, by, until, ends }: Reserve): KeyRow => ({
  is: 'reserved',
  print,
  by,
  until,
  ends: Math.max(until, ends),
})

/** Whether a row is held by this attempt. */
export const isHeld = (row: KeyRow | undefined, held: Held): row is KeyRow & { readonly is: 'reserved' } =>
  row?.is === 'reserved' && row.by === held.by && row.print === held.print

/** The row of a reservation that stands until then. */
export const renewedRow = (row: KeyRow & { readonly is: 'reserved' }, until: number): KeyRow => ({
  ...row,
  until,
  ends: Math.max(until, row.ends),
})

/** The row of what is done. */
export const doneRow = ({ print }: Held, answer: StoredAnswer, ends: number): KeyRow => ({
  is: 'done',
  print,
  ends,
  answer,
})

/** The row of what may be tried again. */
export const freeRow = ({ print, ends }: KeyRow): KeyRow => ({ is: 'free', print, ends })
