import { JournalUnavailable } from '../failure/journal-unavailable.js'
import type { Admin, Journal } from '../ports/journal.js'
import type { Process } from './interleaved-process.js'

/**
 * A journal whose calls take effect, and answer, some steps after they were made: calls that are under way at one time
 * may overtake each other. Nothing is rejected until the runtime has started, and nothing once it closes.
 */
export const interleavedJournal = (process: Process, real: Journal): Journal => {
  let atWork = false
  const call = <A>(name: string, args: unknown, f: () => Promise<A>): Promise<A> =>
    new Promise((resolve, reject) => {
      const fail = (): void =>
        process.later(() => reject(new JournalUnavailable('failed', `the journal failed at ${name}`)))
      const answer = (tell: () => void): void => {
        const after = process.point(name, 'after', atWork)
        if (after === 'reject') fail()
        else if (after === 'on') process.later(tell)
      }
      const take = (): void => {
        process.say(name, args)
        f().then(
          (value) => {
            process.say(`${name} →`, value)
            answer(() => resolve(value))
          },
          (thrown: unknown) => {
            process.say(`${name} → rejected`, thrown)
            process.later(() => reject(thrown))
          },
        )
      }
      const begin = (): void => {
        const before = process.point(name, 'before', atWork)
        if (before === 'reject') fail()
        else if (before === 'on' && process.frozen) process.later(take)
        else if (before === 'on') take()
      }
      process.nowOrLater(begin)
    })
  const { admin } = real
  const repairs: Admin = {
    counts: () => alive(process, () => admin.counts()),
    find: (query) => alive(process, () => admin.find(query)),
    replay: (ids) => call('replay', ids, () => admin.replay(ids)),
    discard: (ids, why) => call('discard', ids, () => admin.discard(ids, why)),
    erase: (key) => call('erase', key, () => admin.erase(key)),
  }
  return {
    can: real.can,
    admin: repairs,
    open: (hops) => call('open', undefined, () => real.open(hops)),
    accept: (entries, also) =>
      call('accept', [...entries, ...(also?.state ?? [])], () => real.accept(entries, also)),
    claim: (query) => call('claim', undefined, () => real.claim(query)),
    extend: (leases, ms) => call('extend', leases, () => real.extend(leases, ms)),
    mark: (lease, name, value) => call('mark', `${lease.id} ${name}`, () => real.mark(lease, name, value)),
    commit: (batch) => call('commit', batch, () => real.commit(batch)),
    read: (names) => call('read', names, () => real.read(names)),
    watch(wake) {
      atWork = true
      return real.watch(() => process.later(wake))
    },
    close() {
      atWork = false
      return call('close', undefined, () => real.close())
    },
  }
}

/** What a dead process asks for never comes. */
const alive = <A>(process: Process, f: () => Promise<A>): Promise<A> =>
  process.dead ? new Promise<never>(() => {}) : f()
