import type { Issue } from '../failure/decode-failed.js'
import type { Result } from '../result/result.js'

/** What a decoder makes of a value, before a failure is built: what is wrong with it, or what it decodes to. */
export type Verdict<A> = Result<readonly Issue[], A>
