import * as subject from '@xconnector/core/formats'
import { failureClass, row, rows, type Table } from '../entry.ts'
import { bytes, choice, countOrNone, words } from '../kinds.ts'

export const coreFormats: Table<typeof subject> = {
  csv: rows(
    row(
      (o: object) => subject.csv.read([], o),
      { delimiter: words, quote: words, ragged: choice, maxRecordBytes: bytes, skip: countOrNone },
      {},
      { named: 'csv.read' },
    ),
    row(
      (o: object) => subject.csv.write([], o),
      { delimiter: words, newline: choice, formulas: choice },
      {},
      { named: 'csv.write' },
    ),
  ),
  ndjson: rows(
    row(
      (o: object) => subject.ndjson.read([], o),
      { maxRecordBytes: bytes, skip: countOrNone },
      {},
      { named: 'ndjson.read' },
    ),
  ),
  BadRow: failureClass,
  BadFile: failureClass,
}
