import { type Act, recordAct } from '@xconnector/core/operate'
import type { Desk } from './command.js'

/** Keeps in the journal what was done here. What cannot be kept was done all the same. */
export const keepAct = async (desk: Desk, act: Omit<Act, 'at' | 'by'>): Promise<void> => {
  const { io, screen } = desk
  if (act.n === 0) return
  try {
    await recordAct(desk.journal(), { ...act, at: io.clock.now(), by: io.who })
  } catch (error) {
    screen.note(`It was done, and could not be noted in the journal: ${(error as Error).message}`)
  }
}
