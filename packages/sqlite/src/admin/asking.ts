import { EngineTrouble } from '../engine/trouble.js'
import type { Hand } from './hand.js'
import { ownerOf } from './owner.js'
import { patiently, type Waiting } from './patiently.js'

/** What is asked of the process that owns a journal. */
export interface Question {
  readonly verb: 'replay' | 'discard' | 'erase' | 'held'
  readonly args: readonly unknown[]
  /** How long to wait for the answer: milliseconds. */
  readonly waitMs: number
  /** Ends the wait. */
  readonly signal?: AbortSignal
}

/** `gone`: nobody owns the journal any more. `silent`: no answer came in time. In both cases nothing was done. */
export type Answered =
  | { readonly as: 'answered'; readonly value: unknown }
  | { readonly as: 'gone' | 'silent' }

const EVERY_MS = 25
/** After so many looks for an answer, one whether the owner is still there. */
const OWNER_EVERY = 20

/**
 * Leaves a command to the owner of a journal and waits for its answer. A command that is not waited for any more is taken
 * back, so that nobody carries it out later.
 *
 * @throws EngineTrouble where the owner says that it could not carry it out.
 */
export const ask = async (file: string, hand: Hand, w: Waiting, question: Question): Promise<Answered> => {
  const { verb, args } = question
  const no = await patiently(file, w, () =>
    hand.write(({ db }) => {
      const put = db.prepare('INSERT INTO command(at, verb, args) VALUES(?, ?, ?)')
      return put.run(w.clock.now(), verb, JSON.stringify(args)).lastInsertRowid
    }),
  )
  // In one transaction: either it was answered, or it never will be.
  const takeBack = (): Promise<unknown> =>
    patiently(file, w, () =>
      hand.write(
        ({ db }) => db.prepare('DELETE FROM command WHERE no = ? RETURNING answer').get(no)?.['answer'],
      ),
    )
  try {
    const as = await answered(file, hand, w, no, question)
    const said = await takeBack()
    return typeof said === 'string' ? valueOf(said) : { as }
  } catch (error) {
    await takeBack().catch(() => {})
    throw error
  }
}

/** Waits until a command is answered; gives why there may be no answer. */
const answered = async (
  file: string,
  hand: Hand,
  w: Waiting,
  no: number | bigint,
  { waitMs, signal }: Question,
): Promise<'gone' | 'silent'> => {
  const answer = hand.db.prepare('SELECT answer FROM command WHERE no = ?')
  const ends = w.clock.now() + waitMs
  for (let looks = 1; w.clock.now() < ends && signal?.aborted !== true; looks++) {
    const said = await patiently(file, w, () => answer.get(no)?.['answer'])
    if (typeof said === 'string') break
    if (looks % OWNER_EVERY === 0 && ownerOf(file) !== 'one') return 'gone'
    await w.clock.sleep(EVERY_MS)
  }
  return 'silent'
}

const valueOf = (said: string): Answered => {
  const told = JSON.parse(said) as { readonly ok?: unknown; readonly no?: unknown }
  if ('ok' in told) return { as: 'answered', value: told.ok }
  throw new EngineTrouble('failed', `The service says no: ${String(told.no)}`)
}
