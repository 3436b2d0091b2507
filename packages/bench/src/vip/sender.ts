import type { SourceFile } from './source-file.ts'

/** What every side reads from the file at a time: what `createReadStream` and tus-js-client do when nothing is said. */
export const READ_BYTES = 64 * 1024

/** Makes, before the clock starts, a function that sends the file to uploads at `/files` of a receiver, resuming where it can. */
export type Sender = (url: string, file: SourceFile) => () => Promise<void>
