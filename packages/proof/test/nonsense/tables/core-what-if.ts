import * as subject from '@xconnector/core/what-if'
import { args, type Table } from '../entry.ts'
import { closed } from '../goods.ts'
import { aFunction, choice, count, countOrNone, except, finite, made, required } from '../kinds.ts'

const anObject = except(made, '{}')
const flows = except(made, '[]')

export const coreWhatIf: Table<typeof subject> = {
  whatIf: args(
    subject.whatIf,
    { flow: closed(), options: { entries: [], against: closed() } },
    {
      flow: required(made),
      'options.entries': required(except(made, '[]')),
      'options.against': required(made),
      'options.reads': choice,
      'options.flows': flows,
      'options.flowsAgainst': flows,
      'options.replies': anObject,
      'options.once': anObject,
      'options.config': anObject,
      'options.ignore': flows,
      'options.keep': countOrNone,
      'options.batch': count,
      'options.now': finite,
      'options.each': aFunction,
    },
  ),
}
