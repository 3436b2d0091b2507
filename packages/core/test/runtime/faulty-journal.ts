import { JournalUnavailable, type Journal, type Settlement } from '../../src/index.js'

/** The calls of a journal that can be made to fail. */
export type Write = 'accept' | 'claim' | 'extend' | 'mark' | 'commit' | 'read'

/** A journal that fails on command, and remembers what was committed. */
export interface FaultyJournal extends Journal {
  /** Every settlement of every commit that went through, one list a commit. */
  readonly commits: (readonly Settlement[])[]
  /** How many calls of each kind failed. */
  readonly failed: Record<Write, number>
}

/** `fails` is asked before each call: true makes it reject, and nothing is written. */
export const faultyJournal = (
  real: Journal,
  fails: (call: Write, args: readonly unknown[]) => boolean,
): FaultyJournal => {
  const commits: (readonly Settlement[])[] = []
  const failed = { accept: 0, claim: 0, extend: 0, mark: 0, commit: 0, read: 0 }
  const unless = <A>(call: Write, args: readonly unknown[], f: () => Promise<A>): Promise<A> => {
    if (!fails(call, args)) return f()
    failed[call]++
    return Promise.reject(new JournalUnavailable('failed', `the disk failed at ${call}`))
  }
  return {
    can: real.can,
    admin: real.admin,
    commits,
    failed,
    open: (hops) => real.open(hops),
    accept: (entries, also) => unless('accept', [entries, also], () => real.accept(entries, also)),
    claim: (query) => unless('claim', [query], () => real.claim(query)),
    extend: (leases, ms) => unless('extend', [leases], () => real.extend(leases, ms)),
    mark: (lease, name, value) => unless('mark', [lease, name], () => real.mark(lease, name, value)),
    commit: (batch) =>
      unless('commit', [batch], () => {
        commits.push(batch)
        return real.commit(batch)
      }),
    read: (names) => unless('read', [names], () => real.read(names)),
    watch: (wake) => real.watch(wake),
    close: () => real.close(),
  }
}
