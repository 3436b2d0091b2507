/* oxlint-disable typescript/no-explicit-any */
import { describe, expect, test } from 'vitest'
import { byKind, flow, memoryJournal, memoryStore, retry, seededRandom } from '../../src/index.js'
import { MemoryStore } from '../../src/journal/memory-store.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from './counted.js'
import { fine, inputs } from './remote.js'
import { digest, Tree } from './s06-gather-trees.js'

const soon = byKind({ transient: retry({ initial: '20ms', max: '100ms', attempts: 30 }) })
const TREES = 150

/** Runs one random flow durably, with crashes and restarts if `troubled`, and once in memory. */
const live = async (seed: number, troubled: boolean): Promise<void> => {
  const random = seededRandom(seed)
  const tree = new Tree(random)
  const reference: any = tree.build(flow('reference').input<any>(), false)
  const end = fine<any>('end')
  const f = tree
    .build(flow('f').input<any>(), true)
    .map('digest', (b: unknown) => ({ end: digest(b) }))
    .to(end)
    .otherwise(soon)
  const store = memoryStore()
  await using t = testFlow(f, {
    seed,
    runtime: { grace: '20ms' },
    journal: (clock) => memoryJournal({ clock, store }),
  })
  for (const n of [1, 2]) {
    const before = end.calls.length
    const expected = await reference.call({ n })
    await t.give({ n })
    for (let i = 0; troubled && i < 4; i++) {
      await t.run(Math.floor(random.next() * 60))
      await t.restart({ clean: random.next() < 0.3 })
    }
    const r = await t.settle()
    const disk = MemoryStore.diskOf(store)
    expect([seed, r.pending, balanced(await t.runtime.counts()), disk.held.size]).toEqual([seed, 0, true, 0])
    const got = new Set(
      inputs(end)
        .slice(before)
        .map((x: any) => x.end),
    )
    if (expected._tag === 'Right') expect([seed, n, [...got]]).toEqual([seed, n, [digest(expected.right)]])
    else
      expect([seed, n, [...got], expected.left._tag]).toEqual([
        seed,
        n,
        [],
        expect.stringMatching(/Filtered|Bad|PartialFailure/),
      ])
    const tags = r.dead.map((d) => d.error._tag)
    if (expected._tag === 'Left' && expected.left._tag !== 'Filtered')
      expect([seed, tags]).toEqual([seed, expect.arrayContaining([expected.left._tag])])
    for (const d of r.dead)
      expect([seed, d.error._tag]).toEqual([seed, expect.stringMatching(/^(Bad|PartialFailure)$/)])
  }
  // Dead letters, and joins that wait as dead letters, are all that is left.
  const disk = MemoryStore.diskOf(store)
  const left = [...disk.entries.values()].filter((e) => e.state !== 'dead' && e.state !== 'done')
  const parts = [...disk.parts.keys()].filter((id) => disk.entries.get(id)?.state !== 'dead')
  const state = [...disk.state.keys()].filter((name) => name.startsWith('f/'))
  expect([seed, left.length, parts, state]).toEqual([seed, 0, [], []])
}

describe('random structures end as they do in memory', () => {
  test(`in ${TREES} flows`, async () => {
    for (let seed = 1; seed <= TREES; seed++) await live(seed, false)
  })
  test(`in ${TREES} flows whose process crashes and restarts`, async () => {
    for (let seed = 1; seed <= TREES; seed++) await live(seed, true)
  })
})
