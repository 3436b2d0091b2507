import { setTimeout as wait } from 'node:timers/promises'

const STUCK_MS = 60_000
const SHOWN_MS = 100

/** What is looked at while something is awaited. */
export interface Watched {
  /** Rejects when waiting has become pointless. */
  readonly trouble: Promise<never>
  /** Shows how far things are. Gives it as text, in which anything that moves makes a difference. */
  show(): Promise<string>
}

/** Waits until `is` holds, and shows how far things are meanwhile. @throws when nothing moves for a minute. */
export const watchUntil = async (
  { trouble, show }: Watched,
  what: string,
  is: () => Promise<boolean> | boolean,
  everyMs = 100,
): Promise<void> => {
  let moved = performance.now()
  let shown = 0
  let before = ''
  while (!(await Promise.race([is(), trouble]))) {
    if (performance.now() - shown > SHOWN_MS) {
      shown = performance.now()
      const now = await Promise.race([show(), trouble])
      if (now !== before) moved = performance.now()
      before = now
    }
    if (performance.now() - moved > STUCK_MS)
      throw new Error(`nothing has moved for a minute, while waiting until ${what}: ${before}`)
    await Promise.race([wait(everyMs), trouble])
  }
}
