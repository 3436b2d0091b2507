import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { evidenceIn } from '../shared/evidence.ts'
import { makeFiles } from './make-files.ts'

// Makes the files of the run, and ends.
const { FOLDER = '', SEED = '', ASSETS = '', LARGE_BYTES = '' } = process.env
endWithParent()
writePeakMemory(FOLDER, 'files')
const manifest = await makeFiles({
  folder: join(FOLDER, 'files'),
  seed: SEED,
  assets: Number(ASSETS),
  largeBytes: Number(LARGE_BYTES),
  progress: (made, of) => tell({ made, of }),
})
writeFileSync(evidenceIn(FOLDER).manifest, JSON.stringify(manifest))
tell({ manifest: manifest.files.length })
