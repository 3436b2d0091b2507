import type { Ids } from '@xconnector/core'

/** A new id as the contract has them: a prefix, and letters and digits. */
export const plainId = (prefix: string, ids: Ids): string =>
  `${prefix}_${ids
    .next()
    .replace(/[^0-9A-Za-z]/g, '')
    .padStart(4, '0')
    .slice(-40)}`
