import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from '../harness/places.ts'
import type { Order, Received, Receiving } from './receiver-orders.ts'

/** A receiver in a process of its own. */
export interface Receiver {
  /** Its origin: uploads are created at `/files`. */
  readonly url: string
  received(): Promise<Received>
  /** Ends it, and waits for that. */
  end(): Promise<void>
}

/**
 * Starts one; it ends with this process, and what it keeps goes with it. `cutAfter`: bytes after which it resets its
 * connections, once.
 */
export const startReceiver = async (receiving: Receiving, cutAfter?: number): Promise<Receiver> => {
  const folder = mkdtempSync(join(workFolder('vip'), 'received-'))
  const child = fork(join(import.meta.dirname, 'receiver.ts'), [
    receiving,
    folder,
    cutAfter === undefined ? '' : String(cutAfter),
  ])
  let asked = false
  child.on('exit', (code) => {
    if (!asked) throw new Error(`the receiver ended with code ${String(code)}`)
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return {
    url,
    async received() {
      child.send({ as: 'received' } satisfies Order)
      return ((await once(child, 'message')) as [Received])[0]
    },
    async end() {
      asked = true
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
