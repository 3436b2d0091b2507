import { describe, expect, it } from 'vitest'
import { seededRandom, silentLogger, systemClock } from '@xconnector/core'
import type { Call, Opening } from '../../src/call.js'
import type { Host } from '../../src/host/host.js'
import { unavailable } from '../../src/host/pending.js'
import { MainHost } from '../../src/host/main-host.js'
import { SqliteJournal } from '../../src/journal/sqlite-journal.js'
import { entry, hops, journalOn, place, refusal } from '../support/journals.js'
import { journalProcess } from './support/journal-process.js'
import { numbers } from './support/numbers.js'

const soon = { interval: 5, timeout: 20_000 }
const query = { wants: hops.map((ref) => ({ ...ref, max: 9 })), max: 9, leaseMs: 300 }

describe('a process that was stopped for longer than its lease', () => {
  it('is fenced when it comes back: what another has done meanwhile is done once', async () => {
    const { file } = await place()
    const sleeper = journalProcess({ file, processes: 'many' })
    await sleeper.ask('open')
    await sleeper.ask('accept', [entry('m')])
    const claimed = (await sleeper.ask('claim', query)) as {
      readonly ok: { readonly entries: readonly { readonly lease: { id: string; token: string } }[] }
    }
    sleeper.child.kill('SIGSTOP')
    const other = journalOn(file, { processes: 'many' })
    await other.open(hops)
    let lease: { readonly id: string; readonly token: string } | undefined
    await expect
      .poll(async () => (lease = (await other.claim({ ...query, leaseMs: 30_000 })).entries[0]?.lease), soon)
      .toMatchObject({ id: 'm' })
    sleeper.child.kill('SIGCONT')
    const done = { as: 'done', why: 'delivered' } as const
    const late = { lease: claimed.ok.entries[0]!.lease, ...done }
    expect(await sleeper.ask('commit', [late])).toEqual({ ok: ['fenced'] })
    expect(await other.commit([{ lease: lease!, ...done }])).toEqual(['ok'])
    const counts = await other.admin.counts()
    expect(counts).toContainEqual({ flow: 'f', hop: 'a', what: 'delivered', n: 1 })
  })
})

/** A host whose calls can be made to wait, as for a disk that hangs, or to fail. */
class Gate implements Host {
  readonly #host: Host
  readonly #waiting: (() => void)[] = []
  mode: 'open' | 'hangs' | 'dead' = 'open'
  constructor(host: Host) {
    this.#host = host
  }
  get held(): number {
    return this.#waiting.length
  }
  open(...args: Parameters<Host['open']>): Promise<Opening> {
    return this.#host.open(...args)
  }
  async ask(call: Call): Promise<unknown> {
    if (this.mode === 'dead') throw unavailable({ trouble: 'failed', message: 'The thread has ended.' })
    if (this.mode === 'hangs') await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.#host.ask(call)
  }
  go(): void {
    this.mode = 'open'
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
  close(): Promise<void> {
    return this.#host.close()
  }
  drop(): Promise<void> {
    return this.#host.drop()
  }
}

const gated = async () => {
  const { file } = await place()
  const settings = { file, processes: 'one', keepDead: {} } as const
  const ports = { clock: systemClock, random: seededRandom(1), log: silentLogger }
  const gate = new Gate(new MainHost(settings, ports, 256))
  return { gate, service: await numbers(new SqliteJournal(settings, ports, gate)) }
}

describe('a journal that does not answer', () => {
  it('makes the intake turn senders away after two seconds, so that no more wait in memory, and goes on', async () => {
    const { gate, service } = await gated()
    gate.mode = 'hangs'
    const given = Promise.all([1, 2, 3].map((n) => service.give(n)))
    await expect.poll(() => service.load(), soon).toEqual({ retryAfter: 5 })
    // The three, and what the runtime itself asks: one claim, one count, one look at requests.
    expect(gate.held).toBeLessThan(10)
    gate.go()
    await given
    await expect.poll(() => service.sent.toSorted((a, b) => a - b), soon).toEqual([1, 2, 3])
    expect(service.load()).toBeUndefined()
  })

  it('because its thread has died makes the service say troubled, and turn senders away', async () => {
    const { gate, service } = await gated()
    gate.mode = 'dead'
    expect((await refusal(service.give(1))).message).toContain('The thread has ended')
    expect(service.runtime.health()).toMatchObject({ status: 'troubled', journal: 'failing' })
    expect(service.load()).toEqual({ retryAfter: 5 })
    gate.go()
    await expect.poll(() => service.load(), soon).toBeUndefined()
    await service.give(2)
    await expect.poll(() => service.sent, soon).toEqual([2])
  })
})
