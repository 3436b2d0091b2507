import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { Ids } from '@xconnector/core'
import { plainId } from '../platform/plain-id.js'

/** An upload as the API gives it. Bytes. */
export interface Upload {
  readonly id: string
  readonly status: 'uploading' | 'complete' | 'attached'
  readonly length: number
  readonly offset: number
  readonly sha256?: string
}

/** An upload, with what its metadata said and where its bytes are. */
export interface FoundUpload {
  readonly upload: Upload
  readonly filename?: string
  readonly mediaType?: string
  readonly path: string
}

/** Resumable uploads by the real tus server, into files of one directory. */
export class Uploads {
  readonly #attached = new Set<string>()
  readonly #given: string | undefined
  readonly #ids: Ids
  #open: { readonly directory: string; readonly store: FileStore; readonly server: Server } | undefined

  constructor(directory: string | undefined, ids: Ids) {
    this.#given = directory
    this.#ids = ids
  }

  /** Lets the tus server answer a request whose path ends in `/uploads`, or in `/uploads/{id}`. */
  tus(request: Request): Promise<Response> {
    return this.#opened().server.handleWeb(request)
  }

  /** `gone`: its bytes are no more. `undefined`: never was. */
  async find(id: string): Promise<FoundUpload | 'gone' | undefined> {
    const { store, directory } = this.#opened()
    const found = await store.getUpload(id).catch((e: { status_code?: number }) => {
      if (e.status_code === 410) return 'gone' as const
      // A file that is not there is a rejection of the file system, or the store's own 404.
      return undefined
    })
    if (found === undefined || found === 'gone') return found
    const { size = 0, offset, metadata } = found
    const { sha256, filename, filetype } = metadata ?? {}
    const status = this.#attached.has(id) ? 'attached' : offset === size ? 'complete' : 'uploading'
    return {
      upload: { id, status, length: size, offset, ...(isSha256(sha256) && { sha256 }) },
      ...(typeof filename === 'string' && { filename }),
      ...(typeof filetype === 'string' && { mediaType: filetype }),
      path: join(directory, id),
    }
  }

  isAttached(id: string): boolean {
    return this.#attached.has(id)
  }

  /** Binds an upload to a version. */
  attach(id: string): void {
    this.#attached.add(id)
  }

  /** Takes an upload's bytes away, as when it has expired: it is answered 410 from now on. */
  async expire(id: string): Promise<void> {
    await rm(join(this.#opened().directory, id))
  }

  /** Takes a directory that it made itself away. */
  async close(): Promise<void> {
    if (this.#given === undefined && this.#open !== undefined)
      await rm(this.#open.directory, { recursive: true, force: true })
  }

  #opened(): { readonly directory: string; readonly store: FileStore; readonly server: Server } {
    if (this.#open !== undefined) return this.#open
    const directory = this.#given ?? mkdtempSync(join(tmpdir(), 'vip-server-'))
    mkdirSync(directory, { recursive: true })
    const store = new FileStore({ directory })
    const server = new Server({
      path: '/uploads',
      datastore: store,
      namingFunction: () => plainId('upl', this.#ids),
      generateUrl: (request, { id }) => `${request.url.split('?')[0]!}/${id}`,
      // Its default takes an id that is a part of `path` for none.
      getFileIdFromRequest: (_, last) => last,
    })
    this.#open = { directory, store, server }
    return this.#open
  }
}

const isSha256 = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
