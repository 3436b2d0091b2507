import type { Socket } from 'node:net'
import { NetworkFault } from './network-fault.js'

/** A socket, or why there is none. Called once. */
export type Connected = (fault: Error | null, socket: Socket | null) => void

/** How long one step of a connection may stand still: a socket that nobody waits for any more must not stay. */
export const LONGEST_STEP_MS = 60_000

/**
 * Tells when a socket's connection stands, by the event that says so, or why it does not. `named` may better the fault; it
 * is given none where the socket closed without one.
 */
export const whenStands = <S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  named: (fault: (Error & { readonly code?: string }) | undefined) => Error,
  done: Connected,
): S => {
  const end = (fault: Error | null): void => {
    socket.off('error', broken).off('close', closed).off('timeout', late).off(event, stands)
    socket.setTimeout(0)
    if (fault !== null) socket.on('error', () => {}).destroy()
    done(fault, fault === null ? socket : null)
  }
  const broken = (fault: Error): void => end(named(fault))
  const closed = (): void => end(named(undefined))
  const late = (): void => end(new NetworkFault('CONNECT_TIMEOUT'))
  const stands = (): void => end(null)
  socket.setTimeout(LONGEST_STEP_MS)
  return socket.once('error', broken).once('close', closed).once('timeout', late).once(event, stands)
}
