import { retry, type Retry } from '../../../src/index.js'

/** So many attempts after the first, a millisecond apart: what the ported cases call retries. */
export const retries = (n: number): Retry => retry({ attempts: n + 1, delays: ['1ms'], jitter: 'none' })
