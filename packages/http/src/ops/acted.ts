import { failureToJson, type Logger } from '@xconnector/core'
import { maskedJson, type Act } from '@xconnector/core/operate'
import type { FreshStatus } from './fresh-status.js'
import type { Operated } from './operated.js'

/** Tells the log and the journal who did what. */
export type Acted = (act: Omit<Act, 'at'> & { readonly by: string }, text: string) => Promise<void>

/**
 * Acts of people are warnings in the log: by default no others are written, and they are what is looked for afterwards. The last of
 * them are kept in the journal too. What cannot be kept was done all the same.
 */
export const acting =
  (runtime: Pick<Operated, 'recordAct'>, log: Logger, fresh: FreshStatus): Acted =>
  async (act, text) => {
    log.warn(maskedJson(act) as object, `ops: ${text}`)
    try {
      if (act.n !== 0) await runtime.recordAct(act)
    } catch (thrown) {
      log.error({ error: failureToJson(thrown) }, 'ops: what was done could not be kept in the journal')
    }
    fresh.forget()
  }
