import type { Desk } from './command.js'
import { plain } from './plain.js'

/** Asks a person whether something shall be done; only a plain yes is one. `unasked`: nobody is there to answer. */
export const confirmed = async ({ io }: Desk, question: string): Promise<'yes' | 'no' | 'unasked'> => {
  if (io.question === undefined) return 'unasked'
  const said = await io.question(`${plain(question)} [y/N] `)
  return /^\s*y(es)?\s*$/i.test(said) ? 'yes' : 'no'
}
