import { describe, test } from 'vitest'
import { memoryJournal, memoryStore } from '../../src/index.js'
import { sourceRestartCases } from './restart-cases.js'

describe('sources over a restart, on the memory journal', () => {
  for (const { name, run } of sourceRestartCases)
    test(name, async () => {
      const store = memoryStore()
      await run((clock) => memoryJournal({ clock, store }))
    })
})
