import { expect } from 'vitest'
import { byKind, flow, retry, type Settle } from '../../src/index.js'
import type { Cluster, FlowTest, Interleaving } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Down, fine, remote } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { Ledger } from './concurrency-ledger.js'

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })
const NAMES = ['a', 'b', 'c'] as const

const joining = (settle: Settle) =>
  flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .gather(
      {
        a: remote<Down | Bad>('a', () => ({})),
        b: (s) => s.to(remote<Down | Bad>('b', () => ({}))).map('b of it', (o) => o.n),
        c: (s) =>
          s.gather({ inner: remote<Down | Bad>('c', () => ({})) }, { settle: 'all' }).to(fine<unknown>('c2')),
      },
      { settle },
    )
    .map('told', (r) => ({ n: 0, got: Object.entries(r) }))
    .to(fine('end'))
    .otherwise(soon)

const enough = (settle: Settle, replied: number): boolean =>
  settle === 'bestEffort' || replied >= (settle === 'all' ? 3 : settle === 'any' ? 1 : settle.quorum)

/**
 * S6: whatever strikes, a join decides once, by its policy, counts each reply once, and fails with every failure; replaying
 * what is dead brings it to its end.
 */
export const joinedOnce =
  (settle: Settle, processes: 1 | 2) =>
  async (run: Interleaving): Promise<void> => {
    const dies = new Map(NAMES.map((name) => [name, run.chance(0.35)]))
    let mended = false
    const down = (name: (typeof NAMES)[number]) => () => {
      if (!mended && dies.get(name) === true) return new Bad({})
      return run.chance(0.2) ? new Down({}) : undefined
    }
    const ledgers = NAMES.map((name) => new Ledger(run, name, down(name)))
    const end = new Ledger(run, 'end')
    const replace = {
      end: end.stand,
      ...Object.fromEntries(NAMES.map((name, i) => [name, ledgers[i]!.stand])),
    }
    const f = joining(settle)
    await using t: Cluster | FlowTest =
      processes === 1 ? run.testFlow(f, { replace }) : run.cluster(f, { processes, replace })
    await Promise.all([1, 2].map((n) => run.insist(() => t.give({ n }))))
    const r = await t.settle()
    const one = 'processes' in t ? t.processes[0]! : t
    const failing = NAMES.filter((name) => dies.get(name) === true)
    const decided = enough(settle, 3 - failing.length)
    const keys = (): number => new Set(end.effects.map((e) => e.key)).size
    expect([r.pending, balanced(await one.runtime.counts()), keys()]).toEqual([0, true, decided ? 2 : 0])
    // Each branch took effect once a message, or is a dead letter.
    for (const [i, name] of NAMES.entries())
      expect([name, ledgers[i]!.numbers()]).toEqual([name, dies.get(name) === true ? [] : [1, 2]])
    const partial = r.dead.filter((d) => d.error._tag === 'PartialFailure' && d.hop === 'end')
    expect(partial.length).toBe(decided ? 0 : 2)
    for (const { error } of partial)
      expect((error['failed'] as { branch: string }[]).map((x) => x.branch)).toEqual(failing)
    for (const { input } of end.effects) {
      const got = (input as unknown as { got: [string, unknown][] }).got.map(([name]) => name)
      if (settle === 'bestEffort' || settle === 'all') expect(got).toEqual(NAMES)
      else expect(got.length).toBeGreaterThanOrEqual(settle === 'any' ? 1 : settle.quorum)
    }
    mended = true
    // Innermost first: what is dead in `c` answers its own join before that answers the outer one.
    for (const tag of ['Bad', 'PartialFailure'])
      for (const { id, error, hop } of r.dead)
        if (error._tag === tag && hop !== 'end') await run.insist(() => one.replay(id))
    const after = await t.settle()
    expect([after.pending, after.dead, balanced(await one.runtime.counts())]).toEqual([0, [], true])
    expect(keys()).toBe(2)
    expect(new Set(end.effects.map((e) => e.input)).size).toBe(2)
    for (const ledger of ledgers) expect(ledger.numbers()).toEqual([1, 2])
  }
