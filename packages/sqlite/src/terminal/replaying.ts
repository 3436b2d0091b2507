import { JournalUnavailable } from '@xconnector/core'
import {
  answerTo,
  ask,
  type OperatorAnswer,
  readRequests,
  REQUESTS,
  withdraw,
} from '@xconnector/core/operate'
import type { Desk } from './command.js'

/** What became of one dead letter. */
export interface Replayed {
  readonly id: string
  readonly as: 'replayed' | 'reopened' | 'late' | 'absent' | 'queued'
  /** Of a whole message: the new one. */
  readonly root?: string
}

/** Sends hops again: their owner does, or this process. */
export const replayHops = async (desk: Desk, ids: readonly string[]): Promise<readonly Replayed[]> => {
  const as = await desk.journal().admin.replay(ids)
  return ids.map((id, i) => ({ id, as: as[i]! }))
}

const EVERY_MS = 100
const WAIT_MS = 30_000

/**
 * Asks the running service to send whole messages anew, and waits for what it says. Where none runs, it is left for the
 * next one.
 */
export const replayWhole = async (desk: Desk, ids: readonly string[]): Promise<readonly Replayed[]> => {
  const { io } = desk
  const journal = desk.journal()
  const id = io.ids.next()
  const { owner } = await journal.about()
  await ask(journal, { id, at: io.clock.now(), verb: 'replay-message', ids, by: io.who })
  if (owner === 'nobody') return ids.map((one) => ({ id: one, as: 'queued' }))
  const answer = await answered(desk, id)
  if (answer?.ok !== undefined) return answer.ok as readonly Replayed[]
  if (answer?.no !== undefined) throw new JournalUnavailable('failed', `The service says no: ${answer.no}`)
  if (await withdraw(journal, id))
    throw new JournalUnavailable(
      'no-answer',
      'The service did not answer in time. The request is taken back: nothing was done.',
    )
  const late = await answered(desk, id, 1)
  if (late?.ok !== undefined) return late.ok as readonly Replayed[]
  throw new JournalUnavailable(
    'no-answer',
    'The service has begun to send the messages anew, but has not said that it is done. Look at status and dead ls.',
  )
}

const answered = async (
  desk: Desk,
  id: string,
  waitMs = desk.waitMs ?? WAIT_MS,
): Promise<OperatorAnswer | undefined> => {
  const { io } = desk
  const journal = desk.journal()
  const ends = io.clock.now() + waitMs
  for (;;) {
    const found = answerTo(readRequests((await journal.read([REQUESTS]))[REQUESTS]?.value), id)
    if (found !== undefined || io.clock.now() >= ends || io.signal.aborted) return found
    await io.clock.sleep(EVERY_MS)
  }
}
