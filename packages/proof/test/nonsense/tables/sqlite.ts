import * as subject from '@xconnector/sqlite'
import { options, type Table } from '../entry.ts'
import { choice, count, duration, except, made, required, slip, words } from '../kinds.ts'

export const sqlite: Table<typeof subject> = {
  sqlite: options(
    subject.sqlite,
    {
      file: required(words),
      processes: choice,
      thread: choice,
      'retention.dead': except(duration, '{}', "['1s']"),
      maxBytes: except(count, 'Infinity'),
      maxGroup: count,
      proceses: slip,
      clock: made,
      random: made,
      log: made,
    },
    { file: 'x.db' },
  ),
  sqliteAdmin: options(subject.sqliteAdmin, { file: required(words), wait: duration }, { file: 'x.db' }),
}
