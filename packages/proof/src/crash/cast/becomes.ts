import { chance } from '../chance.ts'

/** What the receiver makes of a row of a batch run: the same each time that it gets it. */
export const becomes = (m: string, part: string): 'created' | 'updated' =>
  chance('was', m, part) < 0.5 ? 'created' : 'updated'
