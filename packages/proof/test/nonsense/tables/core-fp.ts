import * as subject from '@xconnector/core/fp'
import { args, type Table } from '../entry.ts'
import { except, made, required } from '../kinds.ts'
import { open } from '../goods.ts'

export const coreFp: Table<typeof subject> = {
  taskOf: args(subject.taskOf, { callable: open() }, { callable: required(except(made, 'a function')) }),
}
