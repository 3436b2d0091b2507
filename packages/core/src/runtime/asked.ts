import type { May } from '../result/result.js'
import type { Trial } from './judge.js'

/** Asks the journal on behalf of an attempt. What it rejects with is no failure of the message, which is tried again. */
export const asked = async <A>(t: Trial, ask: () => May<A>): Promise<A> => {
  try {
    return await ask()
  } catch (thrown) {
    t.ctx.trouble = thrown
    throw thrown
  }
}
