import { byKind, flow, retry, type Deployable } from '@xconnector/core'
import { schedule } from '@xconnector/core/patterns'
import { productOf, ProductRow } from './product.ts'
import { rowsOf } from './rows.ts'
import { systemsOf, type ImportOptions, type Product } from './systems.ts'

const again = retry({ initial: '2s', max: '5m', upTo: '12h' })

/** Every night the supplier's products, into the shop: what is new or has changed, and one report. */
export const nightlyImport = (options: ImportOptions): Deployable => {
  const systems = systemsOf(options)
  const { putProduct, putReport } = systems
  return (
    flow('nightly-import')
      .from(
        schedule({
          name: 'nightly',
          cron: options.cron ?? '0 2 * * *',
          zone: 'Europe/Berlin',
          missed: 'once', // after a weekend without power: one import, not three
          overlap: 'skip', // an import that takes until the next night: that night is left out
        }),
      )
      .split(
        'products',
        (_, ctx) => rowsOf(systems, ctx),
        (row) =>
          row
            .map('product', (r) => ({ known: r.known, product: productOf(r) }))
            .filter('has changed', (r) => r.product.fingerprint !== r.known)
            .via(putProduct.with((r: { readonly product: Product }) => r.product)),
        {
          decode: ProductRow,
          chunk: 500,
          seek: true, // after a crash: from the first row that is not committed
          run: {
            outcome: ({ status }) => (status === 201 ? 'created' : 'updated'),
            report: putReport,
          },
        },
      )
      // Also when the export broke off, or the shop did not say what it has: on from the first row that is not committed.
      .otherwise(byKind({ transient: again }))
  )
}
