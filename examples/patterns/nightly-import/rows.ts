import { isFailure, type Context, type Result, type Tagged } from '@xconnector/core'
import { csv, type BadRow, type CsvRow, type Numbered } from '@xconnector/core/formats'
import type { Systems } from './systems.ts'

/** A row with its line, and the fingerprint of what the shop has of it; `null` for nothing. */
export type ComparedRow = Numbered<CsvRow<'sku'>> & { readonly known: string | null }

/** Rows that are asked for together. */
const TOGETHER = 500

/**
 * The rows of tonight's export, from `position` on, each with what the shop has of it: one call for 500 rows instead of one
 * for each. Rows that cannot be read come as they are. Throws the failure of a call, or of a stream that broke off.
 */
export async function* rowsOf(
  { exported, fingerprints }: Systems,
  ctx: Context & { readonly position: number },
): AsyncGenerator<BadRow | ComparedRow> {
  const { body } = taken(await exported.run(undefined, ctx))
  const rows = csv.read(body, {
    numbered: true,
    require: ['sku', 'name', 'price', 'stock'],
    skip: ctx.position,
  })
  for await (const some of batches(rows)) {
    const skus = some.flatMap((r) => (isFailure(r) ? [] : [r.row.sku]))
    const known = taken(await fingerprints.call({ skus }, ctx))
    for (const row of some) yield isFailure(row) ? row : { ...row, known: known[row.row.sku] ?? null }
  }
}

const taken = <A>(answer: Result<Tagged, A>): A => {
  if (answer._tag === 'Right') return answer.right
  throw answer.left
}

async function* batches<A>(rows: AsyncIterable<A>): AsyncGenerator<readonly A[]> {
  let some: A[] = []
  for await (const row of rows) {
    some.push(row)
    if (some.length < TOGETHER) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
