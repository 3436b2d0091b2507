import { JOURNAL_FAULTS } from '@xconnector/example-kit/journal-fault'

/** The faults that can be planted in the service. Each breaks one promise, and the checker must notice. */
export const SABOTAGES = [...JOURNAL_FAULTS, 'corrupt'] as const

export type Sabotage = (typeof SABOTAGES)[number]
