import { left, right, type Context, type Result } from '@xconnector/core'
import type { SendFailure } from '../failure/put-failure.js'
import { SizeMismatch } from '../failure/size-mismatch.js'
import { UploadRefused } from '../failure/upload-refused.js'
import type { VipFile } from '../model/vip-asset.js'
import type { Tools } from '../tools.js'
import { failureOf, openedAt, unhashed, type Hashed } from './opened.js'
import type { Place } from './place.js'
import { GONE } from './gone.js'
import { TooShort, type Slices } from './slices.js'
import { isGone, toldOffset } from './told-offset.js'
import { offsetIn } from './tus-calls.js'

/** What was sent. `sha256`: of the whole file, where it was not known before. */
export interface Transferred {
  readonly sentBytes: number
  readonly sha256: string | undefined
}

type Ended = Result<SendFailure, Transferred | typeof GONE>

// After so many breaks in a row without a byte of progress the failure is the flow's.
const BREAKS = 3
const FIRST_WAIT_MS = 250
const RESUMABLE: ReadonlySet<string> = new Set([
  'Conflict',
  'ConnectFailed',
  'ConnectionLost',
  'TimedOut',
  'Unavailable',
  'UploadLocked',
])

/** Sends a file's bytes from an offset to its end, going on after breaks from where VIP has it. */
export const transfer = (
  tools: Tools,
  file: VipFile,
  place: Place,
  from: number,
  ctx: Context,
): Promise<Ended> => new Transfer(tools, file, place, from, ctx).run()

class Transfer {
  readonly #tools: Tools
  readonly #file: VipFile
  readonly #place: Place
  readonly #ctx: Context
  readonly #size: number
  #offset: number
  #sent = 0
  #breaks = 0
  /** The last place from which the hash can go on; none where the sha256 is known. */
  #hashed: Hashed | undefined

  constructor(tools: Tools, file: VipFile, place: Place, from: number, ctx: Context) {
    this.#tools = tools
    this.#file = file
    this.#place = place
    this.#offset = from
    this.#ctx = ctx
    this.#size = file.ref.size!
    this.#hashed = file.ref.sha256 === undefined ? unhashed() : undefined
  }

  async run(): Promise<Ended> {
    for (;;) {
      const end = await this.#pass()
      if (end !== undefined) return end
    }
  }

  /** Reads the file once, as far as it goes. `undefined`: it broke off, and is to go on at the offset. */
  async #pass(): Promise<Ended | undefined> {
    if (this.#hashed !== undefined && this.#hashed.at > this.#offset) this.#hashed = unhashed()
    const start = this.#hashed?.at ?? this.#offset
    const opened = await openedAt(this.#tools, this.#file.ref, start, this.#ctx, this.#hashed?.hash.copy())
    if (opened._tag === 'Left') return opened
    const slices = opened.right
    try {
      await slices.skip(this.#offset - start)
      while (this.#offset < this.#size) {
        const end = await this.#chunk(slices)
        if (end !== undefined) return end === 'again' ? undefined : end
      }
      if (!(await slices.isOver())) return await this.#misfit('more')
      return right({ sentBytes: this.#sent, sha256: slices.hashed()?.digest('hex') })
    } catch (thrown) {
      if (thrown instanceof TooShort) return await this.#misfit('fewer')
      return left(failureOf(this.#file.ref, this.#ctx, thrown))
    } finally {
      slices.destroy()
    }
  }

  /** Sends one chunk. `undefined`: it has arrived. */
  async #chunk(slices: Slices): Promise<Ended | 'again' | undefined> {
    const hash = slices.hashed()
    if (hash !== undefined) this.#hashed = { at: this.#offset, hash }
    const length = Math.min(this.#tools.chunkBytes, this.#size - this.#offset)
    const stream = slices.next(length)
    const chunk = { place: this.#place, offset: this.#offset, length, stream }
    const answer = await this.#tools.tus.append.call(chunk, this.#ctx)
    this.#sent += length - stream.left
    if (answer._tag === 'Right') {
      const offset = offsetIn(answer.right)
      if (offset === undefined || offset > this.#size)
        return left(
          new UploadRefused(`"${this.#tools.name}" took bytes and told no Upload-Offset that can be`),
        )
      const whole = offset === this.#offset + length
      if (offset === this.#offset && ++this.#breaks > BREAKS)
        return left(new UploadRefused(`"${this.#tools.name}" takes no more bytes at ${offset}`))
      if (offset > this.#offset) this.#breaks = 0
      this.#offset = offset
      return whole ? undefined : 'again'
    }
    if (slices.fault !== undefined) return answer
    if (stream.errored instanceof TooShort) throw stream.errored
    return this.#broken(answer.left)
  }

  /** After a break: where VIP has it, unless there is no sense in going on. */
  async #broken(failure: SendFailure): Promise<Ended | 'again'> {
    if (isGone(failure)) return right(GONE)
    if (!RESUMABLE.has(failure._tag) || ++this.#breaks > BREAKS) return left(failure)
    await this.#ctx.clock.sleep(FIRST_WAIT_MS * 2 ** (this.#breaks - 1), this.#ctx.signal)
    const told = await toldOffset(this.#tools, this.#place, this.#ctx)
    if (told._tag === 'Left') return told
    if (told.right === GONE) return right(GONE)
    if (told.right > this.#size)
      return left(new UploadRefused(`"${this.#tools.name}" has more bytes of the upload than the file`))
    if (told.right > this.#offset) this.#breaks = 0
    this.#offset = told.right
    return 'again'
  }

  /** The file is not the one that was announced: its upload is of no use. */
  async #misfit(than: 'more' | 'fewer'): Promise<Ended> {
    await this.#tools.tus.terminate.call(this.#place, this.#ctx)
    const { id, provider } = this.#file.ref
    return left(
      new SizeMismatch(`file ${id} of ${provider} has ${than} bytes than the ${this.#size} of its reference`),
    )
  }
}
