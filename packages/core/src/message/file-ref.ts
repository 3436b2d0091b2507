import type { Readable } from 'node:stream'
import type { May } from '../result/result.js'

/** A file by reference: what crosses hops in its place. Its provider opens it again on each attempt. */
export interface FileRef {
  /** Name of the provider that can open it. */
  readonly provider: string
  readonly id: string
  readonly version: string
  /** Bytes. */
  readonly size?: number
  /** Lower-case hex. */
  readonly sha256?: string
}

/** Opens files of one kind: a CMS, a DAM, a local store. */
export interface FileProvider {
  /** As in `FileRef.provider`. */
  readonly name: string
  /** A stream of the file's bytes from `start` (default 0), fresh at each call. Rejects with a `Failure`. */
  open(file: FileRef, options?: { readonly start?: number; readonly signal?: AbortSignal }): May<Readable>
}

/** Finds the provider of a file among several, by name. */
export const fileProviders = (...providers: readonly FileProvider[]): FileProvider => {
  const byName = new Map(providers.map((p) => [p.name, p]))
  return {
    name: providers.map((p) => p.name).join(','),
    open(file, options) {
      const provider = byName.get(file.provider)
      if (provider === undefined)
        throw new TypeError(
          `no provider "${file.provider}" for file ${file.id}; known: ${[...byName.keys()].join(', ')}`,
        )
      return provider.open(file, options)
    },
  }
}
