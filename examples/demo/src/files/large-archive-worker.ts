import { parentPort, workerData } from 'node:worker_threads'
import { writeLargeArchive } from './large-archive.ts'

// A thread that writes one large archive, and says what it wrote.
const { path, seed, size } = workerData as {
  readonly path: string
  readonly seed: string
  readonly size: number
}
parentPort!.postMessage(await writeLargeArchive(path, seed, size))
