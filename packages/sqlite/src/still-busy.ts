import type { Trouble } from './call.js'

/** What is said to a call when others write for longer than anybody should wait. */
export const stillBusyTrouble = (file: string, waitedMs: number): Trouble => ({
  trouble: 'failed',
  message:
    `The journal ${file} was locked by another process for ${Math.round(waitedMs / 1000)} s. ` +
    'End whoever holds a transaction on it: nothing but xConnector should write to it.',
})
