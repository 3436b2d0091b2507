import { seededRandom, silentLogger } from '@xconnector/core'
import type { SqliteOptions } from '../../../src/options.js'
import { createJournal } from '../../../src/sqlite.js'
import { hops } from '../../support/hops.js'

/** What a process is asked to do with its journal. */
export interface Asked {
  readonly do: 'open' | 'accept' | 'claim' | 'commit' | 'find' | 'close'
  readonly with?: readonly unknown[]
}

/** What came of it. */
export type Said =
  | { readonly ok: unknown }
  | { readonly no: { readonly trouble: string; readonly message: string } }

const options = JSON.parse(process.argv[2] ?? '') as SqliteOptions
const journal = createJournal({ ...options, random: seededRandom(7), log: silentLogger })

const carryOut = ({ do: what, with: args = [] }: Asked): Promise<unknown> => {
  if (what === 'open') return journal.open(hops)
  if (what === 'find') return journal.admin.find({ limit: 10_000 })
  return (journal[what] as (...all: readonly unknown[]) => Promise<unknown>).call(journal, ...args)
}

process.on('message', (asked: Asked) => {
  void carryOut(asked).then(
    (ok) => process.send?.({ ok }),
    (no: { readonly trouble: string; readonly message: string }) =>
      process.send?.({ no: { trouble: no.trouble, message: no.message } }),
  )
})
