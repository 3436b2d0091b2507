/** An answer as a well-behaved server would give it. */
export interface WireAnswer {
  /** Default 200. */
  readonly status?: number
  /** Default: `content-type: application/json`. A list repeats the header. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Default `{"ok":true}`. */
  readonly body?: string | Uint8Array
  /** `false`: neither `content-length` nor chunks; the body ends with the connection. Default `true`. */
  readonly framed?: boolean
}

/** When a connection ends: as soon as it stands, when the request's head was read, or when its body was. Default `'body'`. */
export type WireStage = 'connect' | 'head' | 'body'

/** What a server of `wireFaults` does with one request. All times are milliseconds on its clock. */
export type WireFault =
  /** Answers as it should. */
  | { readonly as: 'answer'; readonly answer?: WireAnswer }
  /** Resets the connection (RST) without an answer. */
  | { readonly as: 'reset'; readonly after?: WireStage }
  /** Closes the connection (FIN) without an answer. */
  | { readonly as: 'close'; readonly after?: WireStage }
  /** Sends so many bytes of the answer's head or body, then ends the connection. */
  | {
      readonly as: 'cut'
      readonly in: 'head' | 'body'
      readonly bytes: number
      /** Default `'close'`. */
      readonly by?: 'close' | 'reset'
      readonly answer?: WireAnswer
    }
  /** Sends the answer's head or body, and what comes after it, one byte at a time. */
  | {
      readonly as: 'drip'
      readonly in: 'head' | 'body'
      readonly everyMs: number
      readonly answer?: WireAnswer
    }
  /** Takes everything and never answers. */
  | { readonly as: 'black-hole' }
  /** Takes no byte of the body, and never answers. */
  | { readonly as: 'stall' }
  /** Sends what is no HTTP, and closes. Default: a line of text. */
  | { readonly as: 'garbage'; readonly bytes?: string | Uint8Array }
  /** Begins a chunked body, with a chunk whose size is no number. */
  | { readonly as: 'bad-chunk' }
  /** Sends a body of zeros that is small on the wire, and so many bytes after decompression. */
  | { readonly as: 'bomb'; readonly bytes: number; readonly encoding?: 'gzip' | 'deflate' | 'br' | 'zstd' }
  /** Announces a `content-length` that is more or less than the body's by so many bytes, and closes. */
  | { readonly as: 'wrong-length'; readonly by: number; readonly answer?: WireAnswer }
  /** Sends interim answers of these statuses first (RFC 9110, 15.2). */
  | { readonly as: 'interim'; readonly statuses: readonly number[]; readonly answer?: WireAnswer }
  /** Sends the answer after so long. */
  | { readonly as: 'slow'; readonly ms: number; readonly answer?: WireAnswer }
  /** Answers, and closes the connection after so long although it said that it would keep it. */
  | { readonly as: 'idle-close'; readonly ms: number; readonly answer?: WireAnswer }
  /** Answers, and then sends a second answer that nobody asked for, at once or after so long. */
  | { readonly as: 'twice'; readonly ms?: number; readonly answer?: WireAnswer; readonly second?: WireAnswer }
  /** Answers when the request's head was read, without reading its body. */
  | { readonly as: 'early'; readonly answer?: WireAnswer; readonly then?: 'keep' | 'close' }
