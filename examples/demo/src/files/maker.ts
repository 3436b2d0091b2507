import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endWithParent, tell } from '@xconnector/example-kit/parent'
import { writePeakMemory } from '@xconnector/example-kit/peak-memory'
import { evidenceIn } from '../shared/evidence.ts'
import { makeFiles } from './make-files.ts'

// Makes the files of the run, and ends. The manifest comes last, so that files with one are whole.
const { FOLDER = '', PLACE = '', SEED = '', ASSETS = '', LARGE_BYTES = '' } = process.env
endWithParent()
writePeakMemory(FOLDER, 'files')
const manifest = await makeFiles({
  folder: join(PLACE, 'files'),
  seed: SEED,
  assets: Number(ASSETS),
  largeBytes: Number(LARGE_BYTES),
  progress: (made, of) => tell({ made, of }),
})
const path = evidenceIn(PLACE).manifest
writeFileSync(`${path}.new`, JSON.stringify(manifest))
renameSync(`${path}.new`, path)
tell({ manifest: manifest.files.length })
