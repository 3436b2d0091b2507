/**
 * How the bytes are received: `discards`, a handler of node:http that counts them, speaks as much of tus 1.0.0 as an upload
 * needs, and keeps nothing; `stores`, a bare `@tus/server` with its FileStore.
 */
export type Receiving = 'discards' | 'stores'

/** Asks a receiver what it has got. */
export interface Order {
  readonly as: 'received'
}

/** What it has got. */
export interface Received {
  /** Of the last upload. */
  readonly bytes: number
  /** Lower-case hex; only where it was kept. */
  readonly sha256?: string
  /** How many bytes had come over all connections when it cut them; 0: it cut none. */
  readonly cutAt: number
}
