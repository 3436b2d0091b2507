import { Failure } from '../failure/failure.js'

/** A store of claims cannot read or write now: its disk is full, its directory is not writable, … Nothing was left half done. */
export class StoreUnavailable extends Failure<'StoreUnavailable', 'transient'> {
  /** The store's name. */
  readonly store: string
  /** The system's code, `ENOSPC` for a full disk; empty when it gave none. */
  readonly code: string

  constructor(store: string, doing: string, cause: unknown) {
    const found = (cause as { readonly code?: unknown } | null | undefined)?.code
    const code = typeof found === 'string' ? found : ''
    const why = code === '' ? '' : ` (${code})`
    super('StoreUnavailable', 'transient', `store "${store}" cannot ${doing}${why}: ${remedyOf(code)}`, {
      cause,
    })
    this.store = store
    this.code = code
  }
}

const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full: free some space, or sweep old claims',
  EDQUOT: 'its quota is used up: raise it, or sweep old claims',
  EACCES: 'let this process read and write its directory',
  EPERM: 'let this process read and write its directory',
  EROFS: 'its disk is mounted read-only',
  EMFILE: 'this process has too many open files: raise the limit',
  ENFILE: 'the machine has too many open files: raise the limit',
  ENOENT: 'its directory was removed while it was at work: leave it in place',
  ELOOP: 'a symbolic link stands where a claim should be: remove it',
  ENOTDIR: 'its directory is a file, or lies below one',
}

const remedyOf = (code: string): string => REMEDY[code] ?? 'see the cause'
