import type { Member } from '@xconnector/example-kit/crew'
import { setTimeout as wait } from 'node:timers/promises'

/** One upload whose bytes VIP is taking in. */
export interface UploadInFlight {
  readonly id: string
  /** Bytes of the file that are there. */
  readonly received: number
}

/** What the receivers have in hand. */
export interface InFlight {
  /** Requests of entries. */
  readonly entries: number
  readonly uploads: readonly UploadInFlight[]
}

const EVERY_MS = 3
const PATIENCE_MS = 60_000

/** Asks the receivers, not the service, what they are at. */
export const inFlight = async (systems: Member, vip: Member): Promise<InFlight> => {
  const answers = Promise.all([
    systems.heard<number>('inFlight'),
    vip.heard<readonly UploadInFlight[]>('uploads'),
  ])
  systems.send({ inFlight: true })
  vip.send({ uploads: true })
  const [entries, uploads] = await answers
  return { entries, uploads }
}

/** Asks until it is enough. @throws when it has not been for a minute. */
export const untilInFlight = async (
  systems: Member,
  vip: Member,
  isEnough: (now: InFlight) => boolean,
): Promise<InFlight> => {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    const now = await inFlight(systems, vip)
    if (isEnough(now)) return now
    await wait(EVERY_MS)
  }
  throw new Error('for a minute there were not enough entries and uploads in flight at once')
}
