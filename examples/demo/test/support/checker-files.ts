import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileKind, Manifest, ManifestFile } from '../../src/shared/manifest.ts'

/** Noise that is always the same for the same text. */
export const noise = (seed: string, size: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(size / 64) }, (_, i) =>
    createHash('sha512').update(`${seed}/${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, size)
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const HEADS: readonly (readonly [extension: string, type: string, kind: FileKind, head: string])[] = [
  ['zip', 'application/zip', 'archive', 'PK\u0003\u0004'],
  ['jpg', 'image/jpeg', 'image', '\u00ff\u00d8\u00ff'],
  ['png', 'image/png', 'image', '\u0089PNG\r\n\u001a\n'],
  ['gif', 'image/gif', 'image', 'GIF89a'],
  ['pdf', 'application/pdf', 'document', '%PDF-1.7'],
  ['mp4', 'video/mp4', 'video', '\0\0\0 ftypisom'],
  ['wav', 'audio/wav', 'audio', 'RIFF\0\0\0\0WAVE'],
]

export const LARGE = 200_000

/** Writes a small file of each format, of which the first is large and the second has two versions, and a manifest of them. */
export const writeFiles = (folder: string, manifest: string): Manifest => {
  mkdirSync(folder)
  const wanted = HEADS.flatMap((_, asset) =>
    (asset === 1 ? [1, 2] : [1]).map((version) => ({ asset, version })),
  )
  const files = wanted.map(({ asset, version }): ManifestFile => {
    const [extension, mediaType, kind, head] = HEADS[asset]!
    const filename = `file-${asset}.${extension}`
    const size = asset === 0 ? LARGE : 2000 + 100 * version + asset
    const path = join(folder, `v${version}-${filename}`)
    const start = Buffer.from(head, 'latin1')
    const bytes = Buffer.concat([start, noise(`${filename} ${version}`, size - start.length)])
    writeFileSync(path, bytes)
    return { asset, version, filename, mediaType, kind, path, size, sha256: sha256(bytes) }
  })
  const made = { seed: 'checked', files }
  writeFileSync(manifest, JSON.stringify(made))
  return made
}
