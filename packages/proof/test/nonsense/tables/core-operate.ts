import * as subject from '@xconnector/core/operate'
import { args, constant, exempt, type Table } from '../entry.ts'
import { aList, required } from '../kinds.ts'

/** The parts that the terminal and the operator's HTTP API are made of. */
const stored = exempt(
  'reads or makes rows of the journal, and is called with those alone; what it cannot read it leaves out',
)
const data = exempt('for tools of operators: takes the data of the runtime, checked by the compiler alone')

export const coreOperate: Table<typeof subject> = {
  CONTROL: constant,
  FLOWS: constant,
  MOST_IDS: constant,
  REQUESTS: constant,
  adviceFor: data,
  answerTo: data,
  ask: args(
    subject.ask,
    {
      journal: { read: async () => ({}), accept: async () => [] },
      request: { id: 'i', do: 'discard', ids: ['a'] },
    },
    { 'request.ids': required(aList) },
  ),
  changeControl: stored,
  controlJson: stored,
  controlledName: data,
  holds: data,
  maskedHeaders: exempt('takes any headers, of whatever was stored, and never throws'),
  maskedJson: exempt('takes any JSON, of whatever was stored, and never throws'),
  mermaid: data,
  pausedMs: stored,
  pauseIn: stored,
  readControl: stored,
  readDescription: stored,
  readFlowNames: stored,
  readRequests: stored,
  recordAct: stored,
  statusOf: data,
  storyOf: data,
  withdraw: stored,
  withoutPause: data,
  withPause: data,
}
