import type { SourceFile } from './source-file.ts'

/** What every side reads from the file at a time: what `createReadStream` and tus-js-client do when nothing is said. */
export const READ_BYTES = 64 * 1024

/** Gives, for a receiver, a function that sends a file to its uploads at `/files`, resuming where it can. */
export type Sender = (url: string) => (file: SourceFile) => Promise<void>
