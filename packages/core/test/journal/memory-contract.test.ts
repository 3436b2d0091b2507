import { describe, it } from 'vitest'
import { memoryJournal } from '../../src/journal/memory.js'
import { memoryStore } from '../../src/journal/memory-store.js'
import type { JournalMaker, JournalManyMaker } from '../../src/testing/journal-contract/contract.js'
import { journalContract, journalManyContract } from '../../src/testing/journal-contract/journal-contract.js'

const one: JournalMaker = {
  async fresh({ clock }) {
    const store = memoryStore()
    let journal = memoryJournal({ clock, store })
    return {
      journal,
      async restart() {
        await journal.close()
        return (journal = memoryJournal({ clock, store }))
      },
      async crash() {
        return (journal = memoryJournal({ clock, store }))
      },
      async dispose() {
        await journal.close()
      },
    }
  },
}

const many: JournalManyMaker = {
  async fresh({ clock }) {
    const store = memoryStore()
    return {
      another: async () => memoryJournal({ clock, store, processes: 'many' }),
      dispose: async () => {},
    }
  },
}

describe('the journal contract holds for the memory journal', () => {
  for (const { name, run } of journalContract(one)) it(name, run)
})

describe('the contract of several processes holds for memory journals on one store', () => {
  for (const { name, run } of journalManyContract(many)) it(name, run)
})
