import type { Runtime } from '@xconnector/core'

/** What `ops` needs of a runtime. */
export type Operated = Pick<
  Runtime,
  | 'events'
  | 'deadLetters'
  | 'health'
  | 'progress'
  | 'describe'
  | 'erase'
  | 'status'
  | 'pause'
  | 'resume'
  | 'paused'
  | 'recordAct'
  | 'drift'
>
