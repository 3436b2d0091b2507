import { retry, type Retry } from '@xconnector/core'

/** How whatever failed and may go well later is tried again: soon, for nobody wants to watch a demo for a day. */
export const soon: Retry = retry({ initial: '200ms', max: '2s', upTo: '10m' })
