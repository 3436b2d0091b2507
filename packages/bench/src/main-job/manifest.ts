import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from '../harness/places.ts'
import type { Manifest, ManifestFile } from '../../../../examples/demo/src/shared/manifest.ts'

/** Of every asset's file. */
export const FILE_BYTES = 256 * 1024

/** A manifest of so many files on disk, each of other bytes; gone with the process. */
export const makeManifest = (assets: number): Manifest => {
  const folder = mkdtempSync(join(workFolder('main-job'), 'files-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const files = Array.from({ length: assets }, (_, asset): ManifestFile => {
    const bytes = randomBytes(FILE_BYTES)
    const filename = `asset-${asset}.jpg`
    const path = join(folder, filename)
    writeFileSync(path, bytes)
    return {
      asset,
      version: 1,
      filename,
      mediaType: 'image/jpeg',
      kind: 'image',
      path,
      size: FILE_BYTES,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
  })
  return { seed: '1', files }
}
