import * as subject from '@xconnector/core'
import * as t from 'io-ts'
import { args, constant, exempt, failureClass, options, row, rows, type Table } from '../entry.ts'
import {
  aFunction,
  choice,
  count,
  duration,
  except,
  finite,
  made,
  name,
  required,
  share,
  someList,
  someTime,
  words,
} from '../kinds.ts'
import { closed, destination, journal, target } from '../goods.ts'

const { flow, retry } = subject
const start = flow('orders').input<string>()

export const core: Table<typeof subject> = {
  // What makes a flow.
  flow: rows(
    row(({ name, ...o }: { name: string }) => flow(name, o), { name: required(name), version: count }, { name: 'orders' }),
    row(({ source }: { source: never }) => flow('orders').from(source), { from: required(made) }, { from: SOURCE, source: SOURCE }),
  ),
}
