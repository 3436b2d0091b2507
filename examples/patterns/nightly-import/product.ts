import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Product } from './systems.ts'

/** A row with its line, and what the shop knows of it: `12.50` becomes 1250 cents. */
export const ProductRow = z.object({
  line: z.number(),
  row: z.object({
    sku: z.string().regex(/^[A-Z0-9-]{1,40}$/),
    name: z.string().min(1).max(200),
    price: z
      .string()
      .regex(/^\d{1,7}\.\d\d$/)
      .transform((text) => Math.round(Number(text) * 100)),
    stock: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  }),
  known: z.string().nullable(),
})

/** The product that a row is, under the fingerprint of all that it says. */
export const productOf = ({ row }: z.output<typeof ProductRow>): Product => {
  const { sku, name, price: cents, stock } = row
  const text = JSON.stringify([sku, name, cents, stock])
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  return { sku, name, cents, stock, fingerprint }
}
