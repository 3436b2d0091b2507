import type { Readable } from 'node:stream'
import type { Setting } from '../config/setting.js'
import { checkMade, checkText } from '../message/check-made.js'
import type { FileRef } from '../message/file-ref.js'
import type { May } from '../result/result.js'
import type { Context } from './step.js'

/** How to open a file. */
export interface OpenFile {
  /** The first byte wanted. Default 0. */
  readonly start?: number
  readonly signal?: AbortSignal
  /** The step that it is opened for: what the provider calls is then a part of it, with its deadline, clock and configuration. */
  readonly ctx?: Context
}

/** Opens files of one kind: a CMS, a DAM, a local store. */
export interface FileProvider {
  /** As in `FileRef.provider`. */
  readonly name: string
  /** What it reads from the configuration: whoever opens files with it has them checked at start. */
  readonly settings?: readonly Setting<unknown>[]
  /**
   * A stream of the file's bytes, fresh at each call. Rejects with a `Failure`; or with what kept a call of the step out of
   * a destination, as it is.
   */
  open(file: FileRef, options?: OpenFile): May<Readable>
}

/** Finds the provider of a file among several, by name. */
export const fileProviders = (...providers: readonly FileProvider[]): FileProvider => {
  for (const provider of providers) {
    checkMade('fileProviders', 'a provider of files, with a name and open', provider, 'open')
    checkText('fileProviders: name', provider.name)
  }
  const byName = new Map(providers.map((p) => [p.name, p]))
  return {
    name: providers.map((p) => p.name).join(','),
    settings: providers.flatMap((p) => p.settings ?? []),
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
