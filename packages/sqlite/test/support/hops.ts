import type { HopRef } from '@xconnector/core'

/** The hops that these tests use. */
export const hops: readonly HopRef[] = ['a', 'b'].map((hop) => ({ flow: 'f', hop }))
