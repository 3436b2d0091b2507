import type { Clock, Ids, Random } from '@xconnector/core'

/** Where text goes: `process.stdout` is one. */
export interface Out {
  readonly isTTY?: boolean | undefined
  /** Of the terminal. */
  readonly columns?: number | undefined
  /** false: whoever reads is slower; `drain` tells when there is room again. */
  write(text: string): boolean
  once(event: 'drain' | 'close', listener: () => void): unknown
  off(event: 'drain' | 'close', listener: () => void): unknown
}

/** All that a command has to do with the world, the journal's file aside. */
export interface Io {
  readonly out: Out
  readonly err: Out
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  /** Who is at the terminal. */
  readonly who: string
  /** Aborts when the person has had enough. */
  readonly signal: AbortSignal
  /** Whether nobody reads the output any more (`| head`). It ends what only shows, and nothing that is being done. */
  readonly gone?: () => boolean
  /** Puts a question to the person; left out where nobody can answer. */
  readonly question?: (text: string) => Promise<string>
  /** Writes a file that was asked for. */
  writeFile(file: string, text: string): Promise<void>
}
