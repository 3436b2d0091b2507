import { EngineTrouble } from '../engine/trouble.js'

/** A file that is there, and holds nothing. */
export const noJournal = (file: string): EngineTrouble =>
  new EngineTrouble('missing', `${file} is empty: no journal was made in it yet.`)
