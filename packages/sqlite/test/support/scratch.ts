import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of a test's own, and its end. */
export interface Scratch {
  readonly directory: string
  readonly file: string
  dispose(): Promise<void>
}

/** Makes a directory for one test, with the name of a journal that is not there yet. */
export const scratch = async (under: string = tmpdir()): Promise<Scratch> => {
  const directory = await mkdtemp(join(under, 'xconnector-sqlite-'))
  return {
    directory,
    file: join(directory, 'journal.db'),
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}
