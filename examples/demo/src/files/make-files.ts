import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Manifest, ManifestFile } from '../shared/manifest.ts'
import type { Written } from './large-archive.ts'
import { plan, type Planned } from './plan.ts'
import { SeededNoise } from './seeded-noise.ts'

/** Which files to make, and where. */
export interface MakeOptions {
  /** The folder that they are put in; it is made. */
  readonly folder: string
  readonly seed: string
  /** At least 9: a large one, and one of each format. */
  readonly assets: number
  /** The least bytes of the large one. */
  readonly largeBytes: number
  /** Called after each file, with how many are there and how many there will be. */
  readonly progress?: (made: number, of: number) => void
}

/** Makes all files of a run with real encoders: always the same ones for the same seed, and no two of them alike. */
export const makeFiles = async (options: MakeOptions): Promise<Manifest> => {
  const { folder, seed, assets, largeBytes, progress } = options
  await mkdir(folder, { recursive: true })
  const planned = plan(seed, assets)
  let made = 0
  const counted = async (file: Promise<ManifestFile>): Promise<ManifestFile> => {
    const is = await file
    progress?.(++made, planned.length + 1)
    return is
  }
  const large = counted(makeLarge(folder, seed, largeBytes))
  const others: ManifestFile[] = []
  const makeOthers = async (): Promise<void> => {
    for (const one of planned) others.push(await counted(makeOne(folder, one)))
  }
  const [first] = await Promise.all([large, makeOthers()])
  return { seed, files: [first, ...others] }
}

/** Beside the others, in a thread of its own. */
const makeLarge = async (folder: string, seed: string, size: number): Promise<ManifestFile> => {
  const filename = 'campaign-originals.zip'
  const path = join(folder, `0000-v1-${filename}`)
  const worker = new Worker(new URL('./large-archive-worker.ts', import.meta.url), {
    workerData: { path, seed: `${seed}/large`, size },
  })
  const [written] = (await once(worker, 'message')) as [Written]
  return {
    asset: 0,
    version: 1,
    filename,
    mediaType: 'application/zip',
    kind: 'archive',
    path,
    ...written,
  }
}

const makeOne = async (folder: string, planned: Planned): Promise<ManifestFile> => {
  const { asset, version, filename, format, size, seed } = planned
  const bytes = await format.make(new SeededNoise(seed), size)
  const path = join(folder, `${String(asset).padStart(4, '0')}-v${version}-${filename}`)
  await writeFile(path, bytes)
  return {
    asset,
    version,
    filename,
    mediaType: format.mediaType,
    kind: format.kind,
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}
