import { readFileSync } from 'node:fs'

/** What a file is, in VIP's words. */
export type FileKind = 'image' | 'document' | 'video' | 'audio' | 'archive'

/** One file of a run: what version `version` of asset `asset` consists of. */
export interface ManifestFile {
  /** From 0; the CMS gives it a uid (`assetUid`). */
  readonly asset: number
  /** From 1. */
  readonly version: number
  readonly filename: string
  readonly mediaType: string
  readonly kind: FileKind
  /** The absolute path of the file. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** All files of a run, by asset and then by version. */
export interface Manifest {
  readonly seed: string
  readonly files: readonly ManifestFile[]
}

/** Reads the manifest that `makeFiles` has written. */
export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest
