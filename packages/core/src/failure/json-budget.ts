import type { Json } from '../message/json.js'

/** Bytes that a JSON text may still take. Mutable: one a rendering. */
export class JsonBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** Takes bytes if there are that many. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  /** The text, cut to `most` bytes of JSON and to what is left; undefined when nothing of it fits. */
  text(text: string, most: number): string | undefined {
    const short = cut(text, Math.min(most, this.#left))
    return short !== undefined && this.take(size(short)) ? short : undefined
  }
}

const ELLIPSIS = '…'

/** The bytes of a text in JSON, quotes and escapes included. */
export const size = (text: string): number => jsonSize(text)

/** The bytes of the JSON text of a value. */
export const jsonSize = (json: Json): number => Buffer.byteLength(JSON.stringify(json))

/** A text of at most `most` bytes in JSON; the end that is cut off is replaced by an ellipsis. */
export const cut = (text: string, most: number): string | undefined => {
  let kept = text.length > most ? text.slice(0, Math.max(0, most)) : text
  let shown = kept === text ? text : kept + ELLIPSIS
  for (let bytes = size(shown); bytes > most; bytes = size(shown)) {
    if (kept === '') return undefined
    const fits = Math.floor((kept.length * most) / bytes)
    kept = kept.slice(0, Math.max(0, Math.min(fits, kept.length - 4)))
    shown = kept + ELLIPSIS
  }
  return shown
}
