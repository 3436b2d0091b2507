import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Crew } from '@xconnector/example-kit/crew'
import type { Progress } from '@xconnector/example-kit/progress'
import { evidenceIn } from '../shared/evidence.ts'
import { readManifest, type Manifest } from '../shared/manifest.ts'
import type { RunOptions } from './run.ts'

/** The files of a run, made now or before. */
export interface Files {
  readonly manifest: Manifest
  /** Whether an earlier run has made them. */
  readonly found: boolean
}

/** Finds the files in the folder that was given for them, or has them made, in a process of its own. */
export const filesMade = async (
  crew: Crew,
  folder: string,
  progress: Progress,
  { seed, assets, largeBytes, files }: RunOptions,
): Promise<Files> => {
  // What the files depend on is in the name, so that nothing else is found there.
  const name = `${encodeURIComponent(seed)}-${assets}-${largeBytes}`
  const place = files === undefined ? folder : join(files, name)
  const there = evidenceIn(place).manifest
  const found = existsSync(there)
  if (!found) {
    const maker = crew.start('files', 'files/maker.ts', {
      PLACE: place,
      SEED: seed,
      ASSETS: String(assets),
      LARGE_BYTES: String(largeBytes),
    })
    maker.onMessage((message) => {
      const { made, of } = message as { readonly made?: number; readonly of?: number }
      if (made !== undefined && of !== undefined) progress.show(made / of, `${made} of ${of} files made`)
    })
    await maker.heard('manifest')
    await maker.end('SIGTERM')
    progress.clear()
  }
  const own = evidenceIn(folder).manifest
  if (own !== there) copyFileSync(there, own)
  return { manifest: readManifest(own), found }
}
