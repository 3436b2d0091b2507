import { join } from 'node:path'
import type { SystemName } from './systems.ts'

/** The files of one run, in its folder. */
export const filesIn = (
  folder: string,
): {
  readonly journal: string
  readonly acknowledgements: string
  requests(system: SystemName): string
} => ({
  journal: join(folder, 'journal.db'),
  acknowledgements: join(folder, 'acknowledgements.jsonl'),
  requests: (system) => join(folder, `${system}.requests.jsonl`),
})
