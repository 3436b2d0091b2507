import {
  byKind,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  type Clock,
  type Deployable,
  type Journal,
} from '../../src/index.js'
import type { Cluster, FlowTest, Interleaving, TestOptions } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Down, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { agree } from './concurrency-holds.js'
import { Ledger } from './concurrency-ledger.js'
import { Witness } from './concurrency-witness.js'

/** What is wrong with a journal: for the tests that show that a law finds it. */
export type Sabotage = (real: Journal, run: Interleaving) => Journal

const sound: Sabotage = (real) => real

/** A memory journal behind a witness, sabotaged between the two or not at all. */
const witnessed = (
  run: Interleaving,
  sabotage: Sabotage,
  processes: 'one' | 'many',
): { readonly witness: Witness; readonly journal: (clock: Clock) => Journal } => {
  const witness = new Witness(() => run.clock.now(), processes === 'many')
  const store = memoryStore()
  return {
    witness,
    journal: (clock) => witness.of(sabotage(memoryJournal({ clock, store, processes }), run)),
  }
}

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })

/** Sends orders, all at once or one after the other, each until it is known to be durable. */
const sendAll = async (
  run: Interleaving,
  t: Pick<FlowTest | Cluster, 'give'>,
  all: readonly Order[],
): Promise<void> => {
  const send = (o: Order) => run.insist(() => t.give(o))
  if (run.chance(0.5)) await Promise.all(all.map(send))
  else for (const o of all) await send(o)
}

/**
 * S2: each effect takes place at least once under its one key, no call begins after its hop was done, a call is never
 * made twice at a time while nobody is killed, and both branches of both messages are complete.
 */
export const onlyWhatFailed = async (run: Interleaving, sabotage = sound): Promise<void> => {
  const { witness, journal } = witnessed(run, sabotage, 'one')
  const down = (): Down | undefined => (run.chance(0.2) ? new Down({}) : undefined)
  const late: string[] = []
  const ledger = (name: string): Ledger => {
    const l = new Ledger(run, name, down)
    l.begins = (key) => {
      if (witness.over(key)) late.push(key)
    }
    return l
  }
  const [first, a, b] = [ledger('first'), ledger('a'), ledger('b')]
  const f = flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .to(remote<Down>('first', () => ({})))
    .fanOut({ a: remote<Down>('a', () => ({})), b: remote<Down>('b', () => ({})) })
    .otherwise(soon)
  const replace = { first: first.stand, a: a.stand, b: b.stand }
  await using t = run.testFlow(f, { journal, replace })
  await sendAll(run, t, [{ n: 1 }, { n: 2 }])
  const r = await t.settle()
  unbroken(witness.broken)
  unbroken(late.map((id) => `${id} called after it was done`))
  agree([first.numbers(), a.numbers(), b.numbers(), r.pending], [[1, 2], [1, 2], [1, 2], 0])
  const counts = await t.runtime.counts()
  agree([balanced(counts), counted(counts, 'delivered')], [true, 6])
}

/** S7: at each hop, orders of one key begin in the journal's order, none before the one before it has ended. */
export const keyOrder = async (run: Interleaving, sabotage = sound, processes = 1): Promise<void> => {
  const { witness, journal } = witnessed(run, sabotage, processes === 1 ? 'one' : 'many')
  const down = (): Down | undefined => (run.chance(0.25) ? new Down({}) : undefined)
  const [first, second] = [new Ledger(run, 'first', down), new Ledger(run, 'second', down)]
  const f = flow('f')
    .from(orders(), { key: (o) => String(o.key), dedupe: (o) => String(o.n) })
    .to(remote<Down>('first', () => ({})))
    .to(remote<Down>('second', () => ({})))
    .otherwise(soon)
  await using t = started(run, f, processes, {
    journal,
    replace: { first: first.stand, second: second.stand },
  })
  await sendAll(
    run,
    t,
    [1, 2, 3].map((n) => ({ n, key: 'a' })),
  )
  const { pending } = await t.settle()
  unbroken(witness.broken)
  agree(pending, 0)
  const accepted = numbers(
    witness.accepted.map((e) => JSON.parse(e.body) as Order),
    'a',
  )
  for (const { name, begun } of [first, second]) {
    const seen = numbers(
      begun.map((e) => e.input),
      'a',
    )
    const runs = seen.filter((n, i) => n !== seen[i - 1])
    agree([name, runs], [name, accepted])
  }
}

const unbroken = (laws: readonly string[]): void => {
  if (laws.length > 0) throw new Error(laws.join('; '))
}

const numbers = (all: readonly Order[], key: string): readonly number[] =>
  all.filter((o) => o.key === key).map((o) => o.n)

/**
 * `latest`: no version is leased once a newer one was accepted, versions begin in ascending order only, and the newest one
 * is the last one delivered.
 */
export const newestWins = async (run: Interleaving, sabotage = sound, processes = 1): Promise<void> => {
  const { witness, journal } = witnessed(run, sabotage, processes === 1 ? 'one' : 'many')
  const put = new Ledger(run, 'put', () => (run.chance(0.3) ? new Down({}) : undefined))
  const version = (e: { readonly body: string }): number => (JSON.parse(e.body) as Order).n
  const outdated: string[] = []
  witness.leases = (e) => {
    if (witness.accepted.some((a) => version(a) > version(e)))
      outdated.push(`${e.id} of version ${version(e)} leased after a newer one came`)
  }
  const f = flow('f')
    .from(orders(), { latest: { key: () => 'asset', version: (o) => o.n } })
    .to(fine('before'))
    .to(remote<Down>('put', () => ({})))
    .otherwise(soon)
  await using t = started(run, f, processes, { journal, replace: { before: () => ({}), put: put.stand } })
  const versions = [1, 2, 3].toSorted(() => run.random.next() - 0.5)
  await sendAll(
    run,
    t,
    versions.map((n) => ({ n })),
  )
  const { pending } = await t.settle()
  unbroken([...witness.broken, ...outdated])
  agree(pending, 0)
  const begun = put.begun.map((e) => e.input.n)
  agree(
    begun,
    begun.toSorted((a, b) => a - b),
  )
  agree(put.effects.at(-1)?.input.n, 3)
}

/** Dedupe: of repeats that come at the same time one is accepted, all are answered with its id, and it is done once. */
export const oneOfMany = async (run: Interleaving, sabotage = sound, processes = 1): Promise<void> => {
  const { witness, journal } = witnessed(run, sabotage, processes === 1 ? 'one' : 'many')
  const put = new Ledger(run, 'put')
  const f = flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .to(fine('put'))
    .otherwise(soon)
  await using t = started(run, f, processes, { journal, replace: { put: put.stand } })
  const answers = await Promise.all([1, 1, 1, 1, 2].map((n) => run.insist(() => t.give({ n }))))
  const { pending } = await t.settle()
  const ids = answers.map((a) => (a.as === 'refused' ? '' : a.id))
  unbroken(witness.broken)
  agree([pending, witness.accepted.length], [0, 2])
  agree([new Set(ids.slice(0, 4)).size, new Set(ids).size], [1, 2])
  agree(put.numbers(), [1, 2])
}

/**
 * Several processes run every entry, no lease is given twice at once, and all branches are complete. In every other run
 * nobody is killed or frozen: each is run once.
 */
export const sharedWork = async (run: Interleaving, sabotage = sound): Promise<void> => {
  const safe = run.seed % 2 === 0
  if (safe) run.calm()
  const { witness, journal } = witnessed(run, sabotage, 'many')
  const [a, b] = [new Ledger(run, 'a'), new Ledger(run, 'b')]
  const f = flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .fanOut({ a: fine('a'), b: fine('b') })
    .otherwise(soon)
  const replace = { a: a.stand, b: b.stand }
  await using t = run.cluster(f, { processes: run.chance(0.3) ? 3 : 2, journal, replace })
  await t.start()
  await sendAll(run, t, [{ n: 1 }, { n: 2 }])
  const { pending } = await t.settle()
  unbroken(witness.broken)
  agree([pending, balanced(await t.processes[0]!.runtime.counts())], [0, true])
  agree(
    [a.numbers(), b.numbers()],
    [
      [1, 2],
      [1, 2],
    ],
  )
  if (safe) agree([a.begun.length, b.begun.length], [2, 2])
}

/** An unsafe effect takes place at most once, whoever is killed or frozen; what is in doubt is a dead letter. */
export const atMostOnce = async (run: Interleaving, sabotage = sound, processes = 1): Promise<void> => {
  const { witness, journal } = witnessed(run, sabotage, processes === 1 ? 'one' : 'many')
  const effects: number[] = []
  const pay = remote<Down>(
    'pay',
    async (o) => {
      await run.pause(`${o.n} is being paid`)
      if (run.chance(0.2)) return new Down({})
      effects.push(o.n)
      return {}
    },
    { effect: 'unsafe' },
  )
  const f = flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .to(pay)
    .otherwise(soon)
  await using t = started(run, f, processes, { journal })
  await sendAll(run, t, [{ n: 1 }, { n: 2 }])
  const { pending, dead } = await t.settle()
  unbroken(witness.broken)
  agree([pending, effects.length], [0, new Set(effects).size])
  const inDoubt = dead.map((d) => [d.error._tag, (d.body as unknown as Order).n] as const)
  for (const n of [1, 2])
    agree(effects.includes(n) || inDoubt.some(([tag, of]) => tag === 'OutcomeUnknown' && of === n), true)
}

const started = (
  run: Interleaving,
  f: Deployable,
  processes: number,
  options: TestOptions,
): FlowTest | Cluster =>
  processes === 1 ? run.testFlow(f, options) : run.cluster(f, { ...options, processes })
