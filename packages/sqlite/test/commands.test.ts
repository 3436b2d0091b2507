import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { systemClock } from '@xconnector/core'
import { manualClock } from '@xconnector/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Engine } from '../src/engine/engine.js'
import { Lock } from '../src/engine/lock.js'
import { ownerOf, unlessOwned } from '../src/admin/owner.js'
import { claim, entry, hops, journalOn, place, refusal } from './support/journals.js'

const dead = { _tag: 'DecodeFailed' }

/** An owner of a journal with two dead letters and one that waits, and a terminal beside it. */
const owner = async () => {
  const { file } = await place()
  const clock = manualClock()
  const journal = journalOn(file, { clock })
  await journal.open(hops)
  await journal.accept([
    entry('a', { dead }),
    entry('b', { dead }),
    entry('c', { key: 'k', body: '"a secret"' }),
  ])
  const terminal = new DatabaseSync(file)
  onTestFinished(() => terminal.close())
  return {
    file,
    journal,
    terminal,
    clock,
    ask: (verb: string, args: string, at = clock.now()) =>
      terminal.prepare('INSERT INTO command(at, verb, args) VALUES(?, ?, ?)').run(at, verb, args)
        .lastInsertRowid,
    async poll() {
      clock.advance(250)
      for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => systemClock.soon(resolve))
    },
    answers: () =>
      terminal
        .prepare('SELECT answer FROM command ORDER BY no')
        .all()
        .map((row) => JSON.parse(String(row['answer'])) as unknown),
  }
}

describe('a command', () => {
  it('of more than a minute ago is not carried out: whoever asked was told that nothing is done', async () => {
    const o = await owner()
    o.ask('replay', '[["a"]]', o.clock.now() - 61_000)
    o.ask('replay', '[["b"]]', o.clock.now() - 59_000)
    await o.poll()
    expect(o.answers()).toEqual([
      { no: 'the command was too old when it was found: nothing was done' },
      { ok: ['replayed'] },
    ])
  })

  it('that makes no sense stands in nobody’s way', async () => {
    const o = await owner()
    o.ask('replay', 'no JSON')
    o.ask('replay', 'null')
    o.ask('replay', '[["a"]]')
    await o.poll()
    expect(o.answers()).toEqual([
      { no: expect.stringContaining('could not be carried out') as string },
      { no: expect.stringContaining('could not be carried out') as string },
      { ok: ['replayed'] },
    ])
    let woken = 0
    o.journal.watch(() => woken++)
    o.ask('held', '[]')
    await o.poll()
    expect(woken).toBe(1)
  })

  it('that was taken back between a look and its turn is not carried out', async () => {
    const { file } = await place()
    const engine = new Engine({ file, processes: 'one', keepDead: {} }, { hops, now: 1 })
    onTestFinished(() => engine.drop())
    engine.apply([{ do: 'accept', entries: [entry('a', { dead }), entry('b', { dead })] }], 1)
    const terminal = new DatabaseSync(file)
    onTestFinished(() => terminal.close())
    const put = terminal.prepare("INSERT INTO command(at, verb, args) VALUES(1, 'replay', ?)")
    put.run('[["a"]]')
    put.run('[["b"]]')
    // The second is taken back by the time the first is answered.
    terminal.exec('CREATE TRIGGER back AFTER UPDATE ON command BEGIN DELETE FROM command WHERE no = 2; END')
    engine.apply([{ do: 'poll' }], 2)
    const [found] = engine.apply([{ do: 'find', query: { state: 'dead', limit: 9 } }], 2)
    expect(found).toMatchObject({ ok: [{ id: 'b' }] })
  })

  it('to discard spares what is not dead, where that is said', async () => {
    const o = await owner()
    o.ask('discard', '[["a","c","nobody"],"why","dead"]')
    o.ask('discard', '[["c"],"why"]')
    await o.poll()
    expect(o.answers()).toEqual([{ ok: [true, false, false] }, { ok: [true] }])
  })

  it('asks what is held, by hop', async () => {
    const o = await owner()
    await claim(o.journal)
    o.ask('held', '[]')
    await o.poll()
    expect(o.answers()).toEqual([{ ok: [{ flow: 'f', hop: 'a', n: 1 }] }])
  })

  it('to erase leaves nothing in the file, nor in its log', async () => {
    const o = await owner()
    o.ask('erase', '["k"]')
    await o.poll()
    expect(o.answers()).toEqual([{ ok: 1 }])
    expect((await readFile(`${o.file}-wal`)).includes('a secret')).toBe(false)
    await o.journal.close()
    expect((await readFile(o.file)).includes('a secret')).toBe(false)
  })
})

describe('the lock of a journal', () => {
  it('says who owns it, without keeping anybody out', async () => {
    const { file } = await place()
    expect(ownerOf(file)).toBe('nobody')
    for (const processes of ['one', 'many'] as const) {
      const lock = new Lock(file, processes)
      expect(ownerOf(file)).toBe(processes)
      lock.free()
      expect(ownerOf(file)).toBe('nobody')
    }
    expect(unlessOwned(file, () => ownerOf(file))).toBe('many')
    expect(ownerOf(file)).toBe('nobody')
  })

  it('looked at all the time by terminals keeps no service from starting or stopping cleanly', async () => {
    const { file } = await place()
    const stop = await lookAllTheTime(`${file}.lock`)
    for (let start = 0; start < 10; start++) {
      const journal = journalOn(file, { processes: start % 2 === 0 ? 'one' : 'many' })
      expect((await journal.open(hops)).unclean).toBe(false)
      await journal.close()
    }
    await stop()
  })

  it('in the hand of a terminal that stays refuses a service', async () => {
    const { file } = await place()
    const lock = new Lock(file, 'one')
    expect(unlessOwned(file, () => 'mine')).toBe('owned')
    lock.free()
    const refused = unlessOwned(file, () => refusal(journalOn(file).open(hops)))
    expect(await refused).toMatchObject({ trouble: 'in-use' })
  })
})

/** Takes the lock as the terminal does, a millisecond on, a millisecond off, until it is stopped. */
const lookAllTheTime = async (lock: string): Promise<() => Promise<void>> => {
  const program = `
    const { DatabaseSync } = require('node:sqlite')
    const { workerData, parentPort } = require('node:worker_threads')
    const nap = new Int32Array(new SharedArrayBuffer(4))
    while (Atomics.load(workerData.end, 0) === 0) {
      const db = new DatabaseSync(workerData.lock, { timeout: 0 })
      try {
        db.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
        parentPort.postMessage('had it')
        Atomics.wait(nap, 0, 0, 1)
      } catch {}
      db.close()
      Atomics.wait(nap, 0, 0, 1)
    }`
  const end = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(program, { eval: true, workerData: { lock, end } })
  onTestFinished(() => worker.terminate().then(() => {}))
  await once(worker, 'message')
  return async () => {
    const exit = once(worker, 'exit')
    Atomics.store(end, 0, 1)
    await exit
  }
}
