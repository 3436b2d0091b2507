import { failure } from '@xconnector/core'

/** The remote cannot now; it may say when to come again. */
export class Down extends (failure('Down', 'transient')<{ readonly retryAt?: number }>) {}

/** The remote will not take this, ever. */
export class Refused extends (failure('Refused', 'permanent')<object>) {}
