import type { OpenSplit } from './open-split.js'

/** Iterations kept open at once: beyond that the one that was left alone the longest is read anew when its turn comes. */
const MOST = 64

/** The iterations of messages that are being split, between two of their chunks. */
export class OpenSplits {
  readonly #open = new Map<string, OpenSplit>()
  #closed = false

  /** How many times in a row its next chunk has had to wait, this time included; undefined where it is not open. */
  waited(id: string): number | undefined {
    const open = this.#open.get(id)
    return open === undefined ? undefined : ++open.waited
  }

  /** Hands out the iteration of an entry, if it is where the journal says that the entry is; else it is over. */
  take(id: string, position: number): OpenSplit | undefined {
    const open = this.#open.get(id)
    this.#open.delete(id)
    if (open === undefined || open.position === position) return open
    open.close()
    return undefined
  }

  /** Keeps it for the next chunk. */
  put(id: string, open: OpenSplit): void {
    this.drop(id)
    if (this.#closed) return open.close()
    this.#open.set(id, open)
    if (this.#open.size > MOST) this.drop(this.#open.keys().next().value!)
  }

  /** Its entry failed, has gone elsewhere, or did not move after all. */
  drop(id: string): void {
    this.#open.get(id)?.close()
    this.#open.delete(id)
  }

  /** The runtime stops. */
  close(): void {
    this.#closed = true
    for (const open of this.#open.values()) open.close()
    this.#open.clear()
  }
}
