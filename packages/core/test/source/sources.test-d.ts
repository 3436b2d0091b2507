import * as t from 'io-ts'
import { z } from 'zod'
import { failure, flow, type Result, type Source } from '../../src/index.js'
import type { Change } from '../../src/source/change.js'
import { poll } from '../../src/source/poll.js'
import { schedule } from '../../src/source/schedule.js'
import type { Scheduled } from '../../src/source/scheduled.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(): T | undefined => undefined

const Entry = t.type({ uid: t.string, at: t.number })
type Entry = t.TypeOf<typeof Entry>
class Down extends failure('Down', 'transient')<object> {}
declare const read: (page: number) => Promise<Result<Down, { readonly entries: readonly unknown[] }>>

const base = { name: 'p', every: '1m', decode: Entry, id: (e: Entry) => e.uid } as const

// What the flow gets is what the decoder gives; the cursor has the type of its decoder.
const entries = poll({
  ...base,
  cursor: z.object({ page: z.number() }),
  async fetch(cursor, ctx) {
    holds<Equal<typeof cursor, { page: number } | undefined>>()
    holds<Equal<typeof ctx.since, number | undefined>>()
    const page = cursor?.page ?? 0
    const r = await read(page)
    return r._tag === 'Left' ? r.left : { items: r.right.entries, cursor: { page: page + 1 }, more: true }
  },
  time: (e) => e.at,
  version: (e) => e.at,
  compare: (next, before) => next.page - before.page,
})
holds<Equal<typeof entries, Source<Entry>>>()
flow('f')
  .from(entries)
  .map('uid', (e) => e.uid)

// Without a cursor there is none to get, and none to give.
poll({ ...base, fetch: (cursor: undefined) => ({ items: [cursor] }) })
// @ts-expect-error: no option cursor
poll({ ...base, fetch: () => ({ items: [], cursor: 1 }) })
// @ts-expect-error: a cursor of another type
poll({ ...base, cursor: t.number, fetch: () => ({ items: [], cursor: 'one' }) })
// @ts-expect-error: a page has items
poll({ ...base, fetch: () => ({ more: true }) })
// @ts-expect-error: an id is a text
poll({ ...base, id: (e: Entry) => e.at, fetch: () => ({ items: [] }) })
// @ts-expect-error: no length of time
poll({ ...base, every: 'hourly', fetch: () => ({ items: [] }) })
// @ts-expect-error: an item that the decoder does not give
poll({ ...base, id: (e: { name: string }) => e.name, fetch: () => ({ items: [] }) })
// @ts-expect-error: no decoder
poll({ ...base, decode: (u: unknown) => u, id: () => '', fetch: () => ({ items: [] }) })

// With deletions, a body is one or the other.
const changes = poll({
  ...base,
  fetch: () => ({ items: [] }),
  deletions: {
    every: '1d',
    async *ids() {
      yield ['a']
    },
  },
})
holds<Equal<typeof changes, Source<Change<Entry>>>>()
flow('g')
  .from(changes)
  .map('uid', (c) => (c.change === 'deleted' ? c.id : c.item.uid))
flow('h')
  .from(changes)
  // @ts-expect-error: it may have been deleted
  .map('uid', (c) => c.item.uid)
// @ts-expect-error: ids are texts
poll({ ...base, fetch: () => ({ items: [] }), deletions: { every: '1d', ids: () => [1] } })

// Schedules: cron or every, and what is made up for must not be skipped.
const nightly = schedule({ name: 'n', cron: '0 2 * * *', zone: 'Europe/Berlin' })
holds<Equal<typeof nightly, Source<Scheduled>>>()
schedule({ name: 'n', every: '1h', missed: 'all', overlap: 'queue' })
// @ts-expect-error: all but the first would be left out
schedule({ name: 'n', every: '1h', missed: 'all', overlap: 'skip' })
// @ts-expect-error: overlap is to be said
schedule({ name: 'n', every: '1h', missed: 'all' })
// @ts-expect-error: neither
schedule({ name: 'n' })
// @ts-expect-error: both
schedule({ name: 'n', cron: '0 2 * * *', every: '1h' })
// @ts-expect-error: every knows no zone
schedule({ name: 'n', every: '1h', zone: 'UTC' })
flow('s')
  .from(nightly)
  .map('day', (run) => new Date(run.at).toISOString())
flow('s')
  .from(nightly)
  // @ts-expect-error: the first run has none before it
  .map('day', (run) => run.previous.toFixed())
