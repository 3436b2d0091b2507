import type { Crew } from '@xconnector/example-kit/crew'
import type { Progress } from '@xconnector/example-kit/progress'
import { evidenceIn } from '../shared/evidence.ts'
import { readManifest, type Manifest } from '../shared/manifest.ts'
import type { RunOptions } from './run.ts'

/** Has the files made, in a process of its own. */
export const filesMade = async (
  crew: Crew,
  folder: string,
  progress: Progress,
  { seed, assets, largeBytes }: RunOptions,
): Promise<Manifest> => {
  const maker = crew.start('files', 'files/maker.ts', {
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
  return readManifest(evidenceIn(folder).manifest)
}
