import { statSync } from 'node:fs'
import { EngineTrouble } from './trouble.js'

/**
 * The files under an open journal. SQLite goes on writing to a file that was deleted or replaced, and what it writes there
 * is gone with the process: nothing may be acknowledged then. A file that is put back is the same file again.
 */
export class Files {
  readonly #file: string
  readonly #own: readonly { readonly path: string; readonly id: string | undefined }[]

  /** Once the file is open and has its log. */
  constructor(file: string) {
    this.#file = file
    this.#own = [file, `${file}-wal`].map((path) => ({ path, id: fileId(path) }))
  }

  /** The first of the files that is not the one that was opened. */
  lost(): string | undefined {
    const gone = (path: string, id: string | undefined): boolean => {
      const now = fileId(path)
      // Who has given up the right to look has the files open all the same.
      return now !== id && now !== 'hidden'
    }
    return this.#own.find(({ path, id }) => gone(path, id))?.path
  }

  /** What to say when `path` is lost. */
  trouble(path: string): EngineTrouble {
    const what = path === this.#file ? `The journal ${path}` : `The log ${path} of the journal ${this.#file}`
    return new EngineTrouble(
      'unwritable',
      `${what} was deleted, moved or replaced while it was open, so nothing can be kept there. ` +
        'Move it back and this process goes on, or stop this process and start it on a file that is whole.',
    )
  }
}

/** Which file a path means now: undefined where none is there, `hidden` where this process may not look any more. */
export const fileId = (path: string): string | undefined => {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat && `${stat.dev}:${stat.ino}`
  } catch {
    return 'hidden'
  }
}
