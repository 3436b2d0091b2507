import * as t from 'io-ts'
import { KINDS } from '../cast/mail.ts'

/** What the webhooks take. Poison lacks `refuse`. */
export const MailCodec = t.intersection([
  t.type({
    m: t.string,
    kind: t.keyof(
      Object.fromEntries(KINDS.map((kind) => [kind, null])) as Record<(typeof KINDS)[number], null>,
    ),
    n: t.number,
    of: t.string,
    refuse: t.readonlyArray(t.string),
  }),
  t.partial({ version: t.number, items: t.number }),
])

/** What the receiver answers. */
export const ReceiptCodec = t.type({
  m: t.string,
  part: t.string,
  was: t.keyof({ created: null, updated: null }),
  receipt: t.string,
})
