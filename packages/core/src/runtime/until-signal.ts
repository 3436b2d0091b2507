import type { Duration } from '../message/duration.js'
import type { Runtime } from './runtime.js'

/** The part of a server that is closed: a `node:http` server fits. */
export interface ClosableServer {
  close(callback?: (error?: Error) => void): unknown
  closeIdleConnections?(): void
}

/** Options of `untilSignal`. */
export interface UntilSignalOptions {
  /** Stops listening first; requests under way are answered. */
  readonly server?: ClosableServer
  /** How long what is in flight may take. Default: the runtime's `grace`. */
  readonly grace?: Duration
  /** Default SIGTERM and SIGINT. A second one ends the process at once, as if this were not here. */
  readonly signals?: readonly NodeJS.Signals[]
}

/**
 * Waits for a signal, then stops in order: the server takes no new connections, sources end, hops in flight drain, the
 * journal is closed. Resolves with the signal when all is done.
 */
export const untilSignal = async (
  runtime: Runtime,
  options: UntilSignalOptions = {},
): Promise<NodeJS.Signals> => {
  const signal = await firstOf(options.signals ?? ['SIGTERM', 'SIGINT'])
  const { server, grace } = options
  const closed =
    server === undefined
      ? undefined
      : new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeIdleConnections?.()
        })
  await runtime.stop(grace === undefined ? {} : { grace })
  // Answers of the last requests are on their way; connections that are kept alive must not keep the process.
  server?.closeIdleConnections?.()
  await closed
  return signal
}

const firstOf = (signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const got = (signal: NodeJS.Signals): void => {
      for (const s of signals) process.removeListener(s, got)
      resolve(signal)
    }
    for (const s of signals) process.on(s, got)
  })
