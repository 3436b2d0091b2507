import type { Clock } from '../../ports/clock.js'
import type { Journal } from '../../ports/journal.js'

/** Makes the journals that the contract is held against. Every case takes a fresh one and disposes of it. */
export interface JournalMaker {
  /** A journal on storage of its own, not opened yet, that takes all its time from `clock`. */
  fresh(options: { readonly clock: Clock }): Promise<JournalUnderTest>
}

/** One journal, with its storage. The contract opens what it is given, before all else. */
export interface JournalUnderTest {
  readonly journal: Journal
  /** Closes the journal and gives a new one, not opened yet, on the same storage. */
  restart(): Promise<Journal>
  /** Drops the journal as a killed process would, without `close`, and gives a new one, not opened yet. */
  crash(): Promise<Journal>
  /** Frees whatever is left: journals, files. Always called last, once. */
  dispose(): Promise<void>
}

/** Makes the journals that the contract of several processes is held against. */
export interface JournalManyMaker {
  /** Storage for several journals at once, that take all their time from `clock`. */
  fresh(options: { readonly clock: Clock }): Promise<JournalsUnderTest>
}

/** Several journals on one storage, each as a process of its own would have it. */
export interface JournalsUnderTest {
  /** One more journal on the storage, not opened yet, made for `processes: 'many'`. */
  another(): Promise<Journal>
  /** Frees whatever is left: journals that were not closed, files. Always called last, once. */
  dispose(): Promise<void>
}

/** One sentence of the contract, and the code that shows it. `run` rejects when the sentence does not hold. */
export interface ContractCase {
  readonly name: string
  readonly run: () => Promise<void>
}
