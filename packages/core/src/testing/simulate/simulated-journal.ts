import { JournalUnavailable } from '../../failure/journal-unavailable.js'
import type { Admin, Journal, Judged } from '../../ports/journal.js'
import type { Engine } from '../interleave-engine.js'
import type { Waits } from '../interleaved-clock.js'
import type { FaultKind } from './fault.js'
import type { Life } from './process.js'
import type { Story } from './story.js'
import type { Witness } from './witness.js'

/** What a simulated journal works with. */
export interface JournalStage {
  readonly engine: Engine
  readonly story: Story
  readonly waits: Waits
  readonly witness: Witness
}

const BEFORE: readonly FaultKind[] = ['crash', 'restart', 'freeze', 'reject', 'cut', 'hang']
const AFTER_READ: readonly FaultKind[] = ['crash', 'freeze']
const AFTER_WRITE: readonly FaultKind[] = ['crash', 'freeze', 'unheard']
const NONE: readonly FaultKind[] = []

/**
 * A journal whose calls take effect, and answer, some steps after they were made, as one process sees it; everything that
 * it does is witnessed. Nothing strikes until the runtime has started, and nothing once it closes.
 */
export const simulatedJournal = (stage: JournalStage, life: Life, real: Journal): Journal => {
  const { engine, story, waits, witness } = stage
  const say = (what: string, about?: unknown): void =>
    story.add(engine.now, 'journal', life.label(what), about)

  // One of each: errors are dear to make.
  const failures = new Map<string, JournalUnavailable>()
  const failing = (name: string): JournalUnavailable => {
    let failure = failures.get(name)
    if (failure === undefined)
      failures.set(name, (failure = new JournalUnavailable('failed', `the journal failed at ${name}`)))
    return failure
  }

  const call = <A>(
    name: string,
    about: unknown,
    f: () => Promise<A>,
    seen: (value: A) => void,
    after: readonly FaultKind[],
  ): Promise<A> =>
    new Promise((resolve, reject) => {
      if (life.stopped)
        witness.breach('quietAfterStop', `${life.name} called ${name} of its journal after its stop`)
      const fail = (): void => life.later(() => reject(failing(name)))
      const took = (value: A): void => {
        seen(value)
        say(name, about)
        const struck = life.strike(name, 'after', life.atWork ? after : NONE)
        if (struck?.kind === 'unheard') fail()
        else if (!life.dead) life.later(() => resolve(value))
      }
      const take = (): void => {
        if (life.dead) return
        f().then(took, (thrown: unknown) => {
          say(`${name} fails`, thrown)
          life.later(() => reject(thrown))
        })
      }
      const begin = (): void => {
        if (life.dead) return
        const struck = life.strike(name, 'before', life.atWork ? BEFORE : NONE)
        if (life.dead) return
        if (struck?.kind === 'reject' || (life.atWork && life.cutUntil > engine.now)) return fail()
        if (life.atWork && life.hangUntil > engine.now) {
          waits.queueing++
          // The journal's own wait, and none of the process.
          engine.timer(undefined, life.hangUntil - engine.now, take, false, () => waits.queueing--)
        } else if (life.frozen) life.later(take)
        else take()
      }
      life.nowOrLater(begin)
    })

  const nothing = (): void => {}
  const { admin } = real
  // Looking is for whoever is alive; repairs are writes as others are.
  const look = <A>(f: () => Promise<A>): Promise<A> => (life.dead ? new Promise<never>(nothing) : f())
  const repairs: Admin = {
    counts: () => look(() => admin.counts()),
    find: (query) => look(() => admin.find(query)),
    replay: (ids) =>
      call(
        'replay',
        ids,
        () => admin.replay(ids),
        (answers) => witness.replayed(ids, answers),
        AFTER_READ,
      ),
    discard: (ids, why) => call('discard', ids, () => admin.discard(ids, why), nothing, AFTER_READ),
    erase: (key) => call('erase', key, () => admin.erase(key), nothing, AFTER_READ),
  }
  return {
    can: real.can,
    admin: repairs,
    open: (hops) =>
      call(
        'open',
        undefined,
        () => real.open(hops),
        () => witness.opened(),
        NONE,
      ),
    accept: (entries, also) =>
      call(
        'accept',
        also?.state === undefined || also.state.length === 0 ? entries : [...entries, ...also.state],
        () => real.accept(entries, also),
        (taken) => witness.accepted(entries, also?.state ?? [], taken),
        AFTER_READ,
      ),
    claim: (query) => {
      const about: { entries: readonly unknown[] } = { entries: [] }
      return call(
        'claim',
        about,
        () => real.claim(query),
        ({ entries }) => {
          about.entries = entries
          for (const { lease } of entries) life.tokens.add(lease.token)
          witness.claimed(entries, query.leaseMs)
        },
        AFTER_READ,
      )
    },
    extend: (leases, ms) =>
      call(
        'extend',
        leases,
        () => real.extend(leases, ms),
        (held) => witness.extended(leases, held, ms),
        AFTER_WRITE,
      ),
    mark: (lease, name, value) =>
      call('mark', `${lease.id} ${name}`, () => real.mark(lease, name, value), nothing, AFTER_WRITE),
    commit: (batch) => {
      const about: { readonly batch: typeof batch; judged: readonly Judged[] } = { batch, judged: [] }
      return call(
        'commit',
        about,
        () => real.commit(batch),
        (judged) => {
          about.judged = judged
          witness.settled(batch, judged)
        },
        AFTER_WRITE,
      )
    },
    read: (names) => call('read', names, () => real.read(names), nothing, AFTER_READ),
    watch(wake) {
      life.atWork = true
      let watching = true
      const stop = real.watch(() =>
        life.later(() => {
          if (watching) wake()
        }),
      )
      return () => {
        watching = false
        stop()
      }
    },
    close() {
      life.atWork = false
      return call(
        'close',
        undefined,
        () => real.close(),
        () => witness.closed(life.tokens),
        NONE,
      )
    },
  }
}
