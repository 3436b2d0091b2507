import type { Claimed, Journal, NewEntry, Settlement } from '../../src/index.js'

/** What is under way of one entry: when its lease was given, and when it ends. */
interface Hold {
  readonly token: string
  until: number
}

/**
 * Sees what a journal does, in the order in which it does it, and keeps what broke a law of the port: an entry leased
 * twice at once, ended twice, or leased after its end; two entries of one hop and key leased at once.
 */
export class Witness {
  /** Every entry that was let in, in the journal's order. */
  readonly accepted: NewEntry[] = []
  /** By entry id: how it ended. */
  readonly ended = new Map<string, string>()
  readonly broken: string[] = []
  /** Told of each entry that is leased. */
  leases: (entry: Claimed) => void = () => {}
  readonly #now: () => number
  readonly #holds = new Map<string, Hold>()
  readonly #keys = new Map<string, string>()
  readonly #byTime: boolean

  /** `byTime`: leases end by time, as where there are many processes; else with their holder. */
  constructor(now: () => number, byTime = false) {
    this.#now = now
    this.#byTime = byTime
  }

  /** Whether the entry of an id has ended, so that nothing may be done for it any more. */
  over(id: string): boolean {
    return this.ended.has(id)
  }

  /** The same journal, seen. */
  of(real: Journal): Journal {
    const mine = new Set<string>()
    return {
      ...passed(real),
      open: async (hops) => {
        const opened = await real.open(hops)
        // Whoever had the store before has no lease any more.
        if (!this.#byTime) this.#holds.clear()
        return opened
      },
      accept: async (entries, also) => {
        const taken = await real.accept(entries, also)
        if (taken !== 'conflict')
          taken.forEach((t, i) => {
            if (t.as === 'accepted') this.accepted.push(entries[i]!)
          })
        return taken
      },
      claim: async (query) => {
        const at = this.#now()
        const claims = await real.claim(query)
        for (const entry of claims.entries) {
          mine.add(entry.id)
          this.#leased(entry, at, query.leaseMs)
        }
        return claims
      },
      extend: async (leases, ms) => {
        const at = this.#now()
        const held = await real.extend(leases, ms)
        held.forEach((ok, i) => {
          const hold = this.#holds.get(leases[i]!.id)
          if (ok && hold !== undefined) hold.until = at + ms
        })
        return held
      },
      commit: async (batch) => {
        const judged = await real.commit(batch)
        judged.forEach((j, i) => {
          if (j === 'ok' || j === 'superseded') this.#settled(batch[i]!, j)
        })
        return judged
      },
      close: () => {
        for (const id of mine) this.#holds.delete(id)
        return real.close()
      },
    }
  }

  #leased(entry: Claimed, at: number, ms: number): void {
    const { id, flow, hop, key, lease } = entry
    this.leases(entry)
    const held = this.#holds.get(id)
    if (held !== undefined && held.until > at) this.broken.push(`${id} leased twice at once`)
    if (this.ended.has(id)) this.broken.push(`${id} leased after it had ended: ${this.ended.get(id)}`)
    this.#holds.set(id, { token: lease.token, until: this.#byTime ? at + ms : Infinity })
    if (key === undefined) return
    const line = `${flow}\n${hop}\n${key}`
    const other = this.#keys.get(line)
    const of = other === undefined || other === id ? undefined : this.#holds.get(other)
    if (of !== undefined && of.until > at) this.broken.push(`${id} and ${other!} of one key leased at once`)
    this.#keys.set(line, id)
  }

  #settled(s: Settlement, judged: 'ok' | 'superseded'): void {
    const { id, token } = s.lease
    if (this.#holds.get(id)?.token !== token) this.broken.push(`${id} settled without its lease`)
    this.#holds.delete(id)
    if (judged === 'superseded') return this.#end(id, 'superseded')
    if (s.as === 'done') this.#end(id, s.why)
    if (s.as === 'dead') this.#end(id, 'dead')
  }

  #end(id: string, how: string): void {
    if (this.ended.has(id)) this.broken.push(`${id} ended twice: ${this.ended.get(id)}, then ${how}`)
    this.ended.set(id, how)
  }
}

// A journal's methods are its prototype's: they are not copied by a spread.
export const passed = (real: Journal): Journal => ({
  can: real.can,
  admin: real.admin,
  open: (hops) => real.open(hops),
  accept: (entries, also) => real.accept(entries, also),
  claim: (query) => real.claim(query),
  extend: (leases, ms) => real.extend(leases, ms),
  mark: (lease, name, value) => real.mark(lease, name, value),
  commit: (batch) => real.commit(batch),
  read: (names) => real.read(names),
  watch: (wake) => real.watch(wake),
  close: () => real.close(),
})
