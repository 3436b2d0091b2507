/** One way of getting messages to three places. */
export interface Sender {
  /** Sends messages 0 to n - 1, so many requests at a time. Resolves when all have been answered. */
  send(n: number, width: number): Promise<void>
  /** Ends it. */
  stop?(): Promise<void>
}

/** Makes a sender to the server at a base URL. */
export type SenderTo = (base: string) => Promise<Sender> | Sender

/** Where each message goes, below the base URL. */
export const PLACES = ['site', 'search', 'archive'] as const
