import { counted } from '@xconnector/example-kit/words'
import type { Evidence } from './evidence.ts'

/** What one law found: that it holds, or everything that breaks it, in sentences. */
export interface Finding {
  readonly holds: string
  readonly broken: readonly string[]
}

/** What must hold at the end of a run. */
export type Law = (evidence: Evidence) => Finding

/** A sentence on condition: one or none, to be spread into what is broken. */
export const when = (is: boolean, sentence: () => string): readonly string[] => (is ? [sentence()] : [])

/** `sentence` of all of them and the first of them; nothing where there are none. */
export const whenAny = <A>(all: readonly A[], sentence: (n: number, first: A) => string): readonly string[] =>
  all.length === 0 ? [] : [sentence(all.length, all[0]!)]

/** `blt12 v3` */
export const versionName = (thing: string, version: number): string => `${thing} v${version}`

export const deliveries = (n: number): string => counted(n, 'delivery', 'deliveries')
