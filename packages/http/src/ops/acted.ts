import type { Json, Logger } from '@xconnector/core'
import { maskedJson } from '@xconnector/core/operate'
import type { FreshStatus } from './fresh-status.js'

/** Tells the log who did what. */
export type Acted = (act: Readonly<Record<string, unknown>> & { readonly by: string }, text: string) => void

/** Acts of people are warnings in the log: by default no others are written, and they are what is looked for afterwards. */
export const acting =
  (log: Logger, fresh: FreshStatus): Acted =>
  (act, text) => {
    fresh.forget()
    log.warn(maskedJson(act as unknown as Json) as object, `ops: ${text}`)
  }
