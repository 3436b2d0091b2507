/** A request as a server of `wireFaults` received it. */
export interface Received {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Which connection it came on, counted from 1. */
  readonly connection: number
  /** Bytes of the body that have come so far, without the marks of chunks. */
  readonly bytes: number
  /** Whether all of the body has come. */
  readonly whole: boolean
  /** The beginning of the body, up to 64 KiB, as UTF-8. */
  readonly text: string
}

const MOST_TEXT = 64 * 1024

/** One that is still being received. */
export class Receiving implements Received {
  readonly method: string
  readonly path: string
  readonly headers: Received['headers']
  readonly connection: number
  bytes = 0
  whole = false
  #start: Buffer = Buffer.alloc(0)

  constructor(method: string, path: string, headers: Received['headers'], connection: number) {
    this.method = method
    this.path = path
    this.headers = headers
    this.connection = connection
  }

  get text(): string {
    return this.#start.toString()
  }

  take(piece: Buffer): void {
    this.bytes += piece.length
    if (this.#start.length < MOST_TEXT)
      this.#start = Buffer.concat([this.#start, piece.subarray(0, MOST_TEXT - this.#start.length)])
  }
}
