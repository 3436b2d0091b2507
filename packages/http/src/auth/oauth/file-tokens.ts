import { createHash } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom, uuidv7 } from '@xconnector/core'
import type { KeptTokens, StoredTokens, TokenStore } from './token-store.js'

/**
 * Keeps tokens in files of a directory, which only the user of the service may read (mode 0600 in 0700), over restarts and
 * for several processes on one machine. Each version is a file of its own: whoever makes it first has won, so that there are
 * no locks that a crash could leave behind. Not for network file systems.
 *
 * @throws TypeError when the directory is no path.
 */
export const fileTokens = (options: { readonly directory: string }): TokenStore => {
  const { directory } = options
  if (typeof directory !== 'string' || directory === '')
    throw new TypeError('fileTokens directory: expected the path of a directory')
  const ids = uuidv7(systemClock, systemRandom)
  const versions = async (name: string): Promise<readonly number[]> =>
    (await readdir(directory).catch(ifAbsent([] as string[])))
      .map((file) =>
        file.startsWith(`${name}.`) && /^\d+$/.test(file.slice(name.length + 1)) ? file : undefined,
      )
      .filter((file) => file !== undefined)
      .map((file) => Number(file.slice(name.length + 1)))
      .sort((a, b) => b - a)
  return {
    async read(key) {
      const name = nameOf(key)
      // One that was replaced while we looked is gone; then there is a newer one.
      for (let looks = 0; looks < LOOKS; looks++) {
        const [version] = await versions(name)
        if (version === undefined) return undefined
        const text = await readFile(join(directory, `${name}.${version}`), 'utf8').catch(ifAbsent(undefined))
        if (text !== undefined) return { ...(JSON.parse(text) as KeptTokens), version }
      }
      throw new Error('the tokens changed faster than they could be read')
    },
    async swap(key, expect, kept) {
      const name = nameOf(key)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const [now = 0] = await versions(name)
      if (now !== expect) return false
      const next = join(directory, `${name}.${expect + 1}`)
      const draft = `${next}.${ids.next()}.draft`
      await written(draft, kept)
      try {
        await link(draft, next)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw cause
      } finally {
        await unlink(draft).catch(() => {})
      }
      await synced(directory)
      const { mtimeMs } = await stat(next).catch(ifAbsent({ mtimeMs: 0 }))
      for (const old of await versions(name)) {
        const path = join(directory, `${name}.${old}`)
        if (old <= expect && mtimeMs - (await stat(path).catch(ifAbsent({ mtimeMs }))).mtimeMs >= KEPT_MS)
          await unlink(path).catch(() => {})
      }
      return true
    },
  }
}

const LOOKS = 20
// A version that is gone could be made once more by who looked before it was: so it stays for longer than anybody takes.
const KEPT_MS = 60_000

const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 40)

const written = async (path: string, kept: KeptTokens | StoredTokens): Promise<void> => {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(kept))
    await file.sync()
  } finally {
    await file.close()
  }
}

const synced = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const ifAbsent =
  <T>(instead: T) =>
  (cause: NodeJS.ErrnoException): T => {
    if (cause.code === 'ENOENT') return instead
    throw cause
  }
