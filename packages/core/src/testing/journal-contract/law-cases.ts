import { deepEqual, equal, ok } from 'node:assert/strict'
import { seededRandom, type Random } from '../../ports/random.js'
import type { Claimed, NewEntry, Outcome, Settle } from '../../ports/journal.js'
import type { ContractCase } from './contract.js'
import { entry } from './hand.js'
import type { Scene, Sentence } from './scene.js'

const hops = ['in', 'a', 'b', 'c'] as const
const opsPerWalk = 60

/** A walk at random through everything a journal can do. It knows what it holds, and nothing else. */
class Walk {
  readonly #s: Scene
  readonly #random: Random
  readonly #held = new Map<string, Claimed>()
  #ids = 0

  constructor(s: Scene, seed: number) {
    this.#s = s
    this.#random = seededRandom(seed)
  }

  #below(n: number): number {
    return Math.floor(this.#random.next() * n)
  }

  #chance(percent: number): boolean {
    return this.#random.next() * 100 < percent
  }

  #some(id: string): NewEntry {
    const now = this.#s.clock.now()
    return entry(id, {
      hop: hops[this.#below(hops.length)]!,
      ...(this.#chance(50) ? { key: `k${this.#below(3)}` } : {}),
      ...(this.#chance(30) ? { latest: { key: `l${this.#below(3)}`, version: this.#below(5) } } : {}),
      ...(this.#chance(20) ? { notBefore: now + this.#below(200) } : {}),
      ...(this.#chance(20) ? { deadline: now + this.#below(200) } : {}),
      ...(this.#chance(5) ? { dead: { _tag: 'DecodeFailed' } } : {}),
    })
  }

  /** A join with its branches, in any order, or some entries without. */
  #emits(root: string): readonly NewEntry[] {
    if (this.#chance(60))
      return Array.from({ length: this.#below(3) }, () => this.#some(`${root}/${this.#ids++}`))
    const join = `${root}/${this.#ids++}`
    const expect = ['x', 'y', 'z'].slice(0, this.#below(4))
    const settles: readonly Settle[] = ['all', 'any', 'bestEffort', { quorum: 2 }]
    const settle = settles[this.#below(4)]!
    const branches = expect.map((as) => ({ ...this.#some(`${join}/${as}`), answers: { join, as } }))
    const { dead: _, ...joined } = { ...this.#some(join), hop: 'join', join: { expect, settle } }
    return this.#chance(50) ? [joined, ...branches] : [...branches, joined]
  }

  async #accept(): Promise<void> {
    const dedupe = { key: `d${this.#below(40)}`, until: this.#s.clock.now() + this.#below(500) }
    const some = this.#some(`m${this.#ids++}`)
    const before = await this.#s.journal.accept([this.#chance(30) ? { ...some, dedupe } : some])
    ok(before !== 'conflict' && before.length === 1)
  }

  async #claim(): Promise<void> {
    const overdue = this.#chance(20) ? { overdue: true as const } : {}
    const { entries } = await this.#s.claims({ max: 1 + this.#below(6), ...overdue })
    for (const claimed of entries) {
      ok(!this.#held.has(claimed.id), `${claimed.id} was leased twice at once`)
      this.#held.set(claimed.id, claimed)
    }
    const keys = [...this.#held.values()]
      .filter(({ key }) => key !== undefined)
      .map(({ hop, key }) => `${hop} ${key}`)
    equal(new Set(keys).size, keys.length, 'two entries of one key are in hand')
  }

  #outcome(): Outcome {
    const at = this.#s.clock.now() + this.#below(100)
    const which = this.#below(100)
    if (which < 50) return { as: 'done', why: 'delivered', ...(this.#chance(70) ? { reply: '1' } : {}) }
    if (which < 70) return { as: 'again', at, spend: this.#chance(50), error: { _tag: 'Unavailable' } }
    if (which < 80) return { as: 'back' }
    return { as: 'dead', error: { _tag: 'Rejected' }, ...(this.#chance(30) ? { hold: true } : {}) }
  }

  async #settle(): Promise<void> {
    const batch = [...this.#held.values()].slice(0, 1 + this.#below(4))
    const conflicts = batch.map(() => this.#chance(5))
    const judged = await this.#s.journal.commit(
      batch.map(({ id, lease }, n) => ({
        lease,
        ...(this.#chance(40) ? { emit: this.#emits(id) } : {}),
        ...(conflicts[n] === true ? { state: [{ name: 'x', expect: 99, value: 1 }] } : {}),
        ...this.#outcome(),
      })),
    )
    for (const [n, { id }] of batch.entries()) {
      ok(judged[n] !== 'fenced', `${id} was held and is fenced`)
      equal(judged[n] === 'conflict', conflicts[n])
      if (judged[n] !== 'conflict') this.#held.delete(id)
    }
  }

  async #repair(): Promise<void> {
    const { admin } = this.#s.journal
    const found = await this.#s.find(this.#chance(80) ? { state: 'dead' } : { state: 'waiting' })
    const one = found[this.#below(found.length)]
    if (one === undefined) return
    if (this.#chance(60)) {
      deepEqual((await admin.replay([one.id]))[0] === 'absent', one.state !== 'dead')
      return
    }
    deepEqual(await admin.discard([one.id], this.#chance(50) ? 'replayed' : 'test'), [true])
    this.#held.delete(one.id)
  }

  async #erase(): Promise<void> {
    const key = this.#chance(50) ? `k${this.#below(3)}` : `l${this.#below(3)}`
    await this.#s.journal.admin.erase(key)
    for (const { id, key: own, latest } of this.#held.values()) {
      if (own === key || latest?.key === key) this.#held.delete(id)
    }
  }

  async #stop(): Promise<void> {
    await (this.#chance(50) ? this.#s.crash() : this.#s.restart())
    this.#held.clear()
  }

  async step(): Promise<void> {
    const which = this.#below(100)
    if (which < 30) return this.#accept()
    if (which < 55) return this.#claim()
    if (which < 80) return this.#settle()
    if (which < 90) return this.#repair()
    if (which < 96) return this.#s.clock.advance(this.#below(150))
    return which < 98 ? this.#erase() : this.#stop()
  }

  /** Ends everything. Whatever waits must come to an end when time passes and nothing is held back. */
  async drain(): Promise<void> {
    const { journal, clock } = this.#s
    await journal.commit(
      [...this.#held.values()].map(({ lease }) => ({ lease, as: 'done', why: 'delivered' })),
    )
    for (let round = 0; round < 500; round++) {
      clock.advance(1000)
      const dead = await this.#s.find({ state: 'dead' })
      await journal.admin.discard(
        dead.map(({ id }) => id),
        'test',
      )
      const claimed = await this.#s.claim()
      if (claimed.length === 0 && dead.length === 0) break
      await journal.commit(claimed.map(({ lease }) => ({ lease, as: 'done', why: 'delivered' })))
    }
    deepEqual(await this.#s.find(), [], 'everything has ended, roots included')
  }
}

const walksPerCase = 20

/** The law of accounting, under anything that may happen. Each walk has a seed and a journal of its own. */
export const lawCases = (it: Sentence, walks: number): readonly ContractCase[] =>
  Array.from({ length: Math.ceil(walks / walksPerCase) }, (_, n) => {
    const first = n * walksPerCase + 1
    const last = Math.min(walks, first + walksPerCase - 1)
    const name = `whatever happens, in = done + dead + waiting, and nothing is in hand twice (seeds ${first} to ${last})`
    return {
      name,
      run: async () => {
        for (let seed = first; seed <= last; seed++) await it(name, (s) => walkThrough(s, seed)).run()
      },
    }
  })

const walkThrough = async (s: Scene, seed: number): Promise<void> => {
  const walk = new Walk(s, seed)
  for (let op = 0; op < opsPerWalk; op++) {
    await walk.step()
    if (op % 10 === 9) await s.lawful()
  }
  await walk.drain()
}
