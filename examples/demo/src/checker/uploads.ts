import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExchangeLine } from '../shared/evidence.ts'

/** One upload as VIP's store has it beside the bytes: what was announced when it began. */
export interface Announced {
  readonly id: string
  readonly size: number
  readonly filename: string
}

const INFO = '.json'

/** Reads what was announced of every upload, finished or not. */
export const readAnnounced = (store: string): readonly Announced[] => {
  if (!existsSync(store)) return []
  return readdirSync(store).flatMap((name): readonly Announced[] => {
    if (!name.endsWith(INFO)) return []
    const { size, metadata } = JSON.parse(readFileSync(join(store, name), 'utf8')) as {
      readonly size: number
      readonly metadata?: { readonly filename?: string }
    }
    return [{ id: name.slice(0, -INFO.length), size, filename: metadata?.filename ?? '' }]
  })
}

/** One PATCH of an upload: a stretch of the file that arrived. */
interface Stretch {
  readonly at: number
  readonly ended: number
  readonly from: number
  readonly to: number
}

/** What arrived of one upload. Bytes. */
export interface Upload {
  readonly id: string
  /** In the order in which they began. */
  readonly stretches: readonly Stretch[]
  readonly received: number
  /** Of the file, each byte counted once. */
  readonly covered: number
}

const PATCHED = /^\/uploads\/([^/]+)$/

/** What arrived of each upload, by VIP's exchanges. */
export const uploadsIn = (exchanges: readonly ExchangeLine[]): readonly Upload[] => {
  const found = new Map<string, Stretch[]>()
  for (const { method, path, offset, received, at, ended } of exchanges) {
    const id = PATCHED.exec(path)?.[1]
    if (method !== 'PATCH' || id === undefined || offset === undefined) continue
    const stretch = { at, ended, from: offset, to: offset + received }
    found.set(id, [...(found.get(id) ?? []), stretch])
  }
  return [...found].map(([id, stretches]) => ({
    id,
    stretches: stretches.toSorted((a, b) => a.at - b.at),
    received: stretches.reduce((sum, { from, to }) => sum + to - from, 0),
    covered: coveredBy(stretches),
  }))
}

const coveredBy = (stretches: readonly Stretch[]): number => {
  let [until, covered] = [0, 0]
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return covered
}

/** Whether an upload had begun at a time, and went on or broke off later. */
export const isInFlightAt = ({ stretches }: Upload, time: number): boolean =>
  stretches.some(({ at }) => at <= time) && stretches.some(({ ended }) => ended > time)

/** Several uploads of one file, where one would have done. */
export interface Restarted {
  readonly filename: string
  /** Bytes that arrived more than once, by a further upload. */
  readonly again: number
}

/** Files that were uploaded anew from the start although something of them had arrived. */
export const restartedIn = (
  announced: readonly Announced[],
  uploads: readonly Upload[],
): readonly Restarted[] => {
  const arrived = new Map(uploads.map(({ id, covered }) => [id, covered]))
  const files = new Map<string, number[]>()
  for (const { id, size, filename } of announced) {
    const covered = arrived.get(id) ?? 0
    if (covered === 0) continue
    // No two files of a run have both in common.
    const file = `${filename}\n${size}`
    files.set(file, [...(files.get(file) ?? []), covered])
  }
  return [...files].flatMap(([file, covered]) => {
    const again = covered.reduce((sum, bytes) => sum + bytes, 0) - Math.max(...covered)
    return covered.length > 1 ? [{ filename: file.split('\n')[0]!, again }] : []
  })
}

/** Bytes of files that VIP got, and those of them that it had got before. */
export const sentBytes = (
  announced: readonly Announced[],
  uploads: readonly Upload[],
): { readonly sent: number; readonly again: number } => ({
  sent: uploads.reduce((sum, { received }) => sum + received, 0),
  again:
    uploads.reduce((sum, { received, covered }) => sum + received - covered, 0) +
    restartedIn(announced, uploads).reduce((sum, { again }) => sum + again, 0),
})
