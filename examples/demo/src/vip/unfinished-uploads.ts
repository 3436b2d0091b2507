import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** An upload of which some bytes are there and some are not. */
export interface UnfinishedUpload {
  readonly id: string
  /** Bytes that are there. */
  readonly received: number
}

const INFO = '.json'

/** Finds the uploads that are under way, by what is on disk: a file of bytes for each, and what was announced beside it. */
export const unfinishedUploads = (directory: string): readonly UnfinishedUpload[] => {
  if (!existsSync(directory)) return []
  return readdirSync(directory).flatMap((name) => {
    const size = name.endsWith(INFO) ? undefined : announcedSize(join(directory, name + INFO))
    if (size === undefined) return []
    // It may have been taken away meanwhile.
    const received = statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0
    return received > 0 && received < size ? [{ id: name, received }] : []
  })
}

const announcedSize = (path: string): number | undefined => {
  if (!existsSync(path)) return undefined
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly size: number }).size
  } catch {
    // It is being written.
    return undefined
  }
}
