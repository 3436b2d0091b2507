import { flow } from '@xconnector/core'
import type { Delivery } from '../../cast/delivery.ts'
import type { Mail } from '../../cast/mail.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

interface Row {
  readonly m: string
  readonly row: number
  readonly refuse: boolean
}

/** Batch run: rows in chunks of four, each delivered by itself, and one report whose numbers must add up. */
export const run = (hook: Hook, to: Remotes) =>
  flow('run')
    .from(hook('run'))
    .split(
      'rows',
      (mail) => rowsOf(mail),
      to.keyed('row').with(({ m, row, refuse }: Row, ctx): Delivery => ({
        key: ctx.key,
        kind: 'run',
        part: `row ${row}`,
        m,
        of: '',
        refuse,
      })),
      {
        chunk: 4,
        run: {
          overlap: 'allow',
          outcome: (receipt) => receipt.was,
          report: to.keyed('report').with((report, ctx): Delivery => {
            const { total, created, updated, unchanged, dead, skipped, held } = report
            const holds = { total, created, updated, unchanged, dead, skipped, held }
            return { key: ctx.key, kind: 'run', part: 'report', m: report.run, of: '', refuse: false, holds }
          }),
        },
      },
    )
    .otherwise(soonAgain)

const rowsOf = ({ m, items = 0, refuse }: Mail): readonly Row[] =>
  Array.from({ length: items }, (_, row) => ({ m, row, refuse: refuse.includes(`row ${row}`) }))
