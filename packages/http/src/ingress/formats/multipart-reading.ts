import type { Busboy as BusboyClass, BusboyFileStream, BusboyInstance } from '@fastify/busboy'
import type { Json } from '@xconnector/core'
import type { ClaimStore, StoredClaim } from '@xconnector/core/patterns'
import { safeName } from '../../files/file-name.js'
import type { FormatFlaw } from '../format.js'

/** Limits of one form. */
export interface MultipartLimits {
  readonly files: number
  readonly fileBytes: number
  readonly parts: number
  readonly fieldBytes: number
  readonly fieldsBytes: number
}

/** Where the files of one form go. */
export interface MultipartPorts {
  readonly store: ClaimStore | undefined
  readonly key: string
  readonly limits: MultipartLimits
}

interface Found {
  readonly name: string
  readonly value: Json
}

/** Reads one form: fields into memory, files into the store, one after the other as they come. */
export class MultipartReading {
  readonly #busboy: BusboyInstance
  readonly #ports: MultipartPorts
  readonly #found: Promise<Found | undefined>[] = []
  readonly #stored: StoredClaim[] = []
  readonly #open = new Set<BusboyFileStream>()
  readonly #over: Promise<void>
  #files = 0
  #bytes = 0
  #flaw: FormatFlaw | undefined
  #failed: { readonly by: unknown } | undefined
  /** Called when something is known that ends the reading. */
  #end: () => void = () => {}

  constructor(Busboy: typeof BusboyClass, contentType: string, ports: MultipartPorts) {
    this.#ports = ports
    const { files, fileBytes, parts, fieldBytes } = ports.limits
    this.#over = new Promise((resolve) => (this.#end = resolve))
    this.#busboy = new Busboy({
      headers: { 'content-type': contentType },
      preservePath: true,
      limits: {
        files,
        parts,
        // At the limit itself a part is not yet too long.
        fileSize: fileBytes,
        fieldSize: fieldBytes,
        headerPairs: 20,
        headerSize: 8 * 1024,
      },
    })
    const over =
      (detail: string): (() => void) =>
      () =>
        this.#wrong(detail, 413)
    this.#busboy
      .on('field', (name: string | undefined, value, _, truncated) =>
        truncated
          ? this.#wrong(`expected fields of at most ${fieldBytes} bytes`, 413)
          : this.#field(name, value),
      )
      .on('file', (name: string | undefined, stream, filename: string | undefined, _, type) =>
        this.#file(name, stream, filename, type),
      )
      .on('filesLimit', over(`expected at most ${files} files`))
      .on('partsLimit', over(`expected at most ${parts} fields and files`))
      .on('error', () => this.#wrong('expected multipart/form-data, to its closing boundary'))
      .on('finish', () => this.#end())
  }

  /** The fields and files in their order; or what is wrong. Throws what the bytes and the store throw: then nothing is kept. */
  async of(bytes: AsyncIterable<Buffer>): Promise<FormatFlaw | { readonly found: readonly Found[] }> {
    try {
      for await (const piece of bytes) {
        const written = new Promise<void>((resolve) => this.#busboy.write(piece, () => resolve()))
        await Promise.race([written, this.#over])
        if (this.#ended) break
      }
      if (!this.#ended) this.#busboy.end()
      await this.#over
    } catch (thrown) {
      this.#failed ??= { by: thrown }
    }
    if (this.#ended) {
      for (const stream of this.#open) stream.destroy(new Error('the form ended before its end'))
      this.#busboy.destroy()
    }
    const found = await Promise.all(this.#found)
    // A store may fail with the last of its bytes.
    if (this.#failed !== undefined) {
      await this.discard().catch(() => {})
      throw this.#failed.by
    }
    return this.#flaw ?? { found: found.filter((f) => f !== undefined) }
  }

  /** Removes what was stored. */
  async discard(): Promise<void> {
    const { store } = this.#ports
    await Promise.all(this.#stored.splice(0).map((claim) => store!.remove(claim)))
  }

  get #ended(): boolean {
    return this.#flaw !== undefined || this.#failed !== undefined
  }

  #wrong(detail: string, status: FormatFlaw['status'] = 400): void {
    this.#flaw ??= { status, detail }
    this.#end()
  }

  #field(name: string | undefined, value: string): void {
    if (name === undefined) return this.#wrong('expected a name for each part')
    this.#bytes += Buffer.byteLength(value) + name.length
    const most = this.#ports.limits.fieldsBytes
    if (this.#bytes > most) return this.#wrong(`expected fields of at most ${most} bytes together`, 413)
    this.#found.push(Promise.resolve({ name, value }))
  }

  #file(
    name: string | undefined,
    stream: BusboyFileStream,
    filename: string | undefined,
    type: string,
  ): void {
    // What breaks the form breaks its files too, and is told once.
    stream.on('error', () => {})
    const { store, key, limits } = this.#ports
    if (this.#ended) return void stream.resume()
    if (store === undefined || name === undefined) {
      stream.resume()
      return this.#wrong(store === undefined ? 'expected no files' : 'expected a name for each part')
    }
    this.#open.add(stream)
    stream.on('limit', () => {
      this.#wrong(`expected files of at most ${limits.fileBytes} bytes`, 413)
      stream.destroy(new Error('the file is too long'))
    })
    const safe = filename === undefined ? undefined : safeName(filename)
    this.#found.push(this.#stow(store, `${key}\n${this.#files++}`, stream, { name, type, safe }))
  }

  async #stow(
    store: ClaimStore,
    key: string,
    stream: BusboyFileStream,
    of: { readonly name: string; readonly type: string; readonly safe: string | undefined },
  ): Promise<Found | undefined> {
    try {
      const { provider, id, version, size, sha256 } = await store.put(key, () => stream)
      const file = { provider, id, version, size, sha256 }
      this.#stored.push(file)
      const named = of.safe !== undefined && { name: of.safe }
      return { name: of.name, value: { file, type: of.type.toLowerCase(), ...named } }
    } catch (thrown) {
      if (!this.#ended) {
        this.#failed = { by: thrown }
        this.#end()
      }
      return undefined
    } finally {
      this.#open.delete(stream)
    }
  }
}
