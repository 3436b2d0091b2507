import { Disk } from './disk.js'

/** What a memory journal keeps, apart from the journal: the disk of a process that may be killed. */
export class MemoryStore {
  readonly #disk: Disk = new Disk()

  /** What is on it; for the memory journal only. */
  static diskOf(store: MemoryStore): Disk {
    return store.#disk
  }
}

/** A store for memory journals, empty. */
export const memoryStore = (): MemoryStore => new MemoryStore()
