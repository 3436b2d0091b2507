import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPeakMemory } from '@xconnector/example-kit/peak-memory'
import { readLines } from '@xconnector/example-kit/read-lines'
import { assetUid } from '../cms/uids.ts'
import {
  evidenceIn,
  type AcknowledgementLine,
  type EventLine,
  type ExchangeLine,
  type KillLine,
  type RequestLine,
  type SystemName,
  type TrackingLine,
  type VipState,
} from '../shared/evidence.ts'
import { readManifest, type ManifestFile } from '../shared/manifest.ts'
import { readBooks, type Books } from './books.ts'
import { gzipSizeOf, readFileOnDisk, type FileOnDisk } from './read-file.ts'
import { readAnnounced, uploadsIn, type Announced, type Upload } from './uploads.ts'

/** A file that the CMS serves. */
export interface SourceFile extends ManifestFile {
  readonly uid: string
  /** Read anew; `undefined`: there is none any more. */
  readonly onDisk: FileOnDisk | undefined
}

/** All that the checker knows: what others wrote down, the files that they have, and the journal's file. */
export interface Evidence {
  /** The first acknowledgement of each webhook of the CMS, by its id. */
  readonly acknowledged: ReadonlyMap<string, AcknowledgementLine>
  /** Acknowledgements of webhooks that had been acknowledged before. */
  readonly acknowledgedAgain: number
  /** The first acknowledgement of each event of VIP, by its id. */
  readonly events: ReadonlyMap<string, EventLine>
  /** In the order in which they were answered. */
  readonly requests: Readonly<Record<SystemName, readonly RequestLine[]>>
  readonly tracking: readonly TrackingLine[]
  readonly exchanges: readonly ExchangeLine[]
  readonly announced: readonly Announced[]
  readonly uploads: readonly Upload[]
  readonly vip: VipState
  /** What is on VIP's disk, by the id of the version. */
  readonly held: ReadonlyMap<string, FileOnDisk>
  readonly source: readonly SourceFile[]
  /** The largest file that VIP holds, and what gzip makes of it. Bytes. */
  readonly largest: { readonly size: number; readonly gzip: number }
  /** What the largest file must have at least. */
  readonly largeBytes: number
  readonly kills: readonly KillLine[]
  readonly books: Books
  /** Peak resident memory of the service, in bytes; `undefined`: it was not written down. */
  readonly peakMemory: number | undefined
}

/** Reads everything that a run has left in its folder. */
export const readEvidence = async (folder: string, largeBytes: number): Promise<Evidence> => {
  const files = evidenceIn(folder)
  const acknowledgements = await readLines<AcknowledgementLine>(files.acknowledgements)
  const acknowledged = firstOfEach(acknowledgements)
  const exchanges = await readLines<ExchangeLine>(files.exchanges)
  const vip = JSON.parse(readFileSync(files.vipState, 'utf8')) as VipState
  const versions = vip.assets.flatMap((asset) => asset.versions)
  const pathOf = (file: string): string => join(files.vipStore, file)
  const largest = versions.toSorted((a, b) => b.size - a.size)[0]
  const [held, source, gzip] = await Promise.all([
    readHeld(versions.map(({ id, file }) => [id, pathOf(file)])),
    readSource(files.manifest),
    largest === undefined ? 0 : gzipSizeOf(pathOf(largest.file)),
  ])
  return {
    acknowledged,
    acknowledgedAgain: acknowledgements.length - acknowledged.size,
    events: firstOfEach(await readLines<EventLine>(files.events)),
    requests: {
      site: await readLines<RequestLine>(files.requests('site')),
      portal: await readLines<RequestLine>(files.requests('portal')),
    },
    tracking: await readLines<TrackingLine>(files.tracking),
    exchanges,
    announced: readAnnounced(files.vipStore),
    uploads: uploadsIn(exchanges),
    vip,
    held,
    source,
    largest: { size: (largest && held.get(largest.id)?.size) ?? 0, gzip },
    largeBytes,
    kills: await readLines<KillLine>(files.kills),
    books: readBooks(files.journal),
    peakMemory: readPeakMemory(folder).get('service'),
  }
}

const firstOfEach = <Line extends { readonly id: string }>(
  lines: readonly Line[],
): ReadonlyMap<string, Line> => {
  const first = new Map<string, Line>()
  for (const line of lines) if (!first.has(line.id)) first.set(line.id, line)
  return first
}

const readHeld = async (
  paths: readonly (readonly [version: string, path: string])[],
): Promise<ReadonlyMap<string, FileOnDisk>> => {
  const held = new Map<string, FileOnDisk>()
  for (const [version, path] of paths) {
    const file = await readFileOnDisk(path)
    if (file !== undefined) held.set(version, file)
  }
  return held
}

const readSource = async (path: string): Promise<readonly SourceFile[]> => {
  const { seed, files } = readManifest(path)
  const source: SourceFile[] = []
  for (const file of files)
    source.push({ ...file, uid: assetUid(seed, file.asset), onDisk: await readFileOnDisk(file.path) })
  return source
}
