/** What one run of one variant measured: figures by name. */
export type Sample = Readonly<Record<string, number>>

/** Why a variant cannot run here: its server or package is not there. */
export interface Absent {
  readonly absent: string
}

export const isAbsent = (measured: Sample | Absent): measured is Absent => typeof measured.absent === 'string'

/** One way of doing the work; runs in a process of its own, once a round. */
export type Variant = () => Promise<Sample | Absent>

/** What every variant measured in one round. */
export type Round = ReadonlyMap<string, Sample | Absent>
