import { checkMade } from '../message/check-made.js'
import { createHash } from 'node:crypto'
import { constants, type ReadStream } from 'node:fs'
import { link, mkdir, open, opendir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { createDestination } from '../destination/create-destination.js'
import { millis, type Duration } from '../message/duration.js'
import type { FileRef } from '../message/file-ref.js'
import { systemClock, type Clock } from '../ports/clock.js'
import { uuidv7, type Ids } from '../ports/ids.js'
import { systemRandom } from '../ports/random.js'
import type { May } from '../result/result.js'
import type { OpenFile } from '../step/file-provider.js'
import type { Destination } from '../destination/destination.js'
import { ClaimMissing } from './claim-missing.js'
import type { ClaimBytes, ClaimStore, StoredClaim } from './claim-store.js'
import { parkedBytes } from './parked-bytes.js'
import { StoreUnavailable } from './store-unavailable.js'

/** Options of `directoryStore`. */
export interface DirectoryStoreOptions {
  /** Where the files are. Made when it is not there, for this user alone. Nothing else should be in it. */
  readonly dir: string
  /** The provider in its claims. Default `claims`. */
  readonly name?: string
  /** What ages are measured by. Default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>
  /** Of temporary names. Default: random ones. */
  readonly ids?: Ids
}

/**
 * A store of claims in a directory: one file a claim, of mode 0600, named by the hash of its key.
 *
 * A file is written under a temporary name, flushed to the disk, and then linked to its own name: it is there whole or not at
 * all, also after a loss of power, and of two writers of one key the first wins. What a crash leaves behind are temporary
 * files; `sweep` removes them. Streams are written and read with back-pressure, in flat memory.
 *
 * Several processes may share a directory. On a file system without hard links the last of two writers wins.
 *
 * @example
 * const scans = directoryStore({ dir: '/var/lib/orders/scans', name: 'scans' })
 */
export const directoryStore = (options: DirectoryStoreOptions): ClaimStore => new DirectoryStore(options)

const CLAIM = /^[0-9a-f]{64}$/
const OURS = /^[0-9a-f]{64}(?:\.[A-Za-z0-9-]{1,64}\.part)?$/
// What a link leads to is no claim.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)
// Of file systems that have no hard links.
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

const codeOf = (thrown: unknown): unknown => (thrown as { readonly code?: unknown } | null | undefined)?.code

class DirectoryStore implements ClaimStore {
  readonly name: string
  readonly destination: Destination
  readonly #dir: string
  readonly #clock: Pick<Clock, 'now'>
  readonly #ids: Ids

  constructor({ dir, name = 'claims', clock = systemClock, ids }: DirectoryStoreOptions) {
    if (typeof dir !== 'string' || dir === '')
      throw new TypeError(
        `directoryStore "${name}": dir: expected the path of a directory, got ${JSON.stringify(dir)}`,
      )
    checkMade(`directoryStore "${name}": clock`, 'a clock', clock, 'now')
    this.name = name
    this.destination = createDestination({ name })
    this.#dir = dir
    this.#clock = clock
    this.#ids = ids ?? uuidv7(clock, systemRandom)
  }

  async put(
    key: string,
    content: () => May<ClaimBytes>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<StoredClaim> {
    signal?.throwIfAborted()
    const id = createHash('sha256').update(key).digest('hex')
    const path = join(this.#dir, id)
    const threw = { by: undefined as unknown }
    const opened = async (): Promise<ClaimBytes> => {
      try {
        return await content()
      } catch (thrown) {
        throw (threw.by = thrown)
      }
    }
    const stored = async (): Promise<StoredClaim> => {
      const known = await this.#known(path, id, signal)
      if (known !== undefined) {
        // The attempt that stored it may have died before its name was on the disk.
        await this.#flush()
        return known
      }
      await this.#made()
      const part = `${path}.${this.#ids.next()}.part`
      try {
        const { size, sha256 } = await this.#write(part, opened, signal)
        if (!(await linked(part, path))) return await stored()
        await this.#flush()
        return { provider: this.name, id, version: sha256, size, sha256 }
      } finally {
        await unlink(part).catch(() => undefined)
      }
    }
    return this.#attempt('store a claim', stored, threw)
  }

  open(claim: FileRef, { start = 0, signal }: OpenFile = {}): Promise<ReadStream> {
    return this.#attempt('open a claim', async () => {
      signal?.throwIfAborted()
      const file = await open(this.#pathOf(claim), READ).catch((thrown: unknown) => {
        throw codeOf(thrown) === 'ENOENT' ? new ClaimMissing(this.name, claim) : thrown
      })
      const stream = file.createReadStream({ start, highWaterMark: 256 * 1024 })
      return signal === undefined ? stream : addAbortSignal(signal, stream)
    })
  }

  remove(claim: FileRef): Promise<void> {
    return this.#attempt('remove a claim', async () => {
      if (claim.provider === this.name && CLAIM.test(claim.id)) await gone(this.#pathOf(claim))
    })
  }

  async sweep(olderThan: Duration): Promise<number> {
    const before = this.#clock.now() - millis(olderThan, `store "${this.name}": sweep`)
    return this.#attempt('sweep', async () => {
      let n = 0
      const dir = await opendir(this.#dir).catch((thrown: unknown) => {
        if (codeOf(thrown) === 'ENOENT') return []
        throw thrown
      })
      for await (const { name } of dir) {
        if (!OURS.test(name)) continue
        const path = join(this.#dir, name)
        const found = await stat(path).catch(() => undefined)
        if (found !== undefined && found.mtimeMs < before && (await gone(path))) n++
      }
      return n
    })
  }

  // The claim of a file that is there already. Its age counts from now, for it is wanted again.
  async #known(path: string, id: string, signal: AbortSignal | undefined): Promise<StoredClaim | undefined> {
    const file = await open(path, READ).catch((thrown: unknown) => {
      if (codeOf(thrown) === 'ENOENT') return undefined
      throw thrown
    })
    if (file === undefined) return undefined
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      hash.update(chunk)
      size += chunk.length
    }
    const now = this.#clock.now() / 1000
    await utimes(path, now, now)
    const sha256 = hash.digest('hex')
    return { provider: this.name, id, version: sha256, size, sha256 }
  }

  async #write(
    part: string,
    content: () => May<ClaimBytes>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly size: number; readonly sha256: string }> {
    const hash = createHash('sha256')
    let size = 0
    const counted = async function* (): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of parkedBytes(content, signal)) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    }
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(counted())
      const now = this.#clock.now() / 1000
      await file.utimes(now, now)
      await file.sync()
    } finally {
      await file.close()
    }
    return { size, sha256: hash.digest('hex') }
  }

  // The names of new directories must be on the disk as well, as far as the ones above let themselves be read.
  async #made(): Promise<void> {
    const first = await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    if (first === undefined) return
    const top = dirname(resolve(first))
    for (let at = resolve(this.#dir); at !== top && at !== dirname(at); at = dirname(at))
      await this.#flush(dirname(at)).catch(() => undefined)
  }

  // Without it a loss of power may take the name of a file whose bytes are on the disk.
  async #flush(of: string = this.#dir): Promise<void> {
    if (process.platform === 'win32') return
    const dir = await open(of, 'r')
    try {
      await dir.sync()
    } finally {
      await dir.close()
    }
  }

  #pathOf(claim: FileRef): string {
    if (claim.provider !== this.name || !CLAIM.test(claim.id)) throw new ClaimMissing(this.name, claim)
    return join(this.#dir, claim.id)
  }

  // What the system fails with is a failure of the store; failures, and what `open` threw, are what they are.
  async #attempt<A>(doing: string, f: () => Promise<A>, foreign?: { readonly by: unknown }): Promise<A> {
    try {
      return await f()
    } catch (thrown) {
      const ours = thrown instanceof Error && 'syscall' in thrown && thrown !== foreign?.by
      throw ours ? new StoreUnavailable(this.name, doing, thrown) : thrown
    }
  }
}

/** Gives a file its own name, unless that is taken. */
const linked = async (part: string, path: string): Promise<boolean> => {
  try {
    await link(part, path)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    if (!NO_LINKS.has(String(codeOf(thrown)))) throw thrown
    await rename(part, path)
    return true
  }
}

const gone = async (path: string): Promise<boolean> => {
  try {
    await unlink(path)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false
    throw thrown
  }
}
