/** A place in a run that a process has, and after its end the next one. */
export interface Slot {
  readonly name: string
  readonly role: 'accept' | 'work' | 'both' | 'producer'
}

export type Mode = 'many' | 'one'

/** The processes of a run: several that share a journal's file, or one that does all. The receiver is not among them. */
export const slotsOf = (mode: Mode): readonly Slot[] =>
  mode === 'many'
    ? [
        { name: 'accept', role: 'accept' },
        { name: 'both', role: 'both' },
        { name: 'work-1', role: 'work' },
        { name: 'work-2', role: 'work' },
        { name: 'p0', role: 'producer' },
        { name: 'p1', role: 'producer' },
      ]
    : [
        { name: 'all', role: 'both' },
        { name: 'p0', role: 'producer' },
      ]
