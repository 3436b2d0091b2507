import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { heedVersion, writeAhead } from '../../src/engine/connection.js'
import { Engine } from '../../src/engine/engine.js'
import { judgeVersion } from '../../src/engine/engine-version.js'
import { EngineTrouble, isBusy, onlyBusy, troubleOf } from '../../src/engine/trouble.js'
import { claim, clockAt, entry, hops, journalOn, place, refusal } from '../support/journals.js'

const NOW = 1_800_000_000_000
const settings = (file: string, more: object = {}) =>
  ({ file, processes: 'one', keepDead: {}, ...more }) as const
const start = { hops, now: NOW }
const ok = (answers: readonly unknown[]): readonly unknown[] => answers.map((a) => (a as { ok: unknown }).ok)

describe('the version of SQLite', () => {
  it('is fine from 3.51.3 on; an older one is warned of, and refused where processes share a file', () => {
    for (const version of ['3.51.3', '3.51.10', '3.52', '4']) {
      expect([judgeVersion(version, 'one'), judgeVersion(version, 'many')]).toEqual(['fine', 'fine'])
    }
    for (const version of ['3.51.2', '3.51', '3.9.99', '2.99.99', '3']) {
      expect([judgeVersion(version, 'one'), judgeVersion(version, 'many')]).toEqual(['warn', 'refuse'])
    }
  })

  it('is remarked on with its number, or refused with the remedy', () => {
    const said: string[] = []
    heedVersion('3.51.3', { file: 'a.db', processes: 'many' }, (text) => said.push(text))
    heedVersion('3.50.0', { file: 'a.db', processes: 'one' }, (text) => said.push(text))
    expect(said).toEqual([expect.stringContaining('3.50.0')])
    const refused = (): void => heedVersion('3.50.0', { file: 'a.db', processes: 'many' }, () => {})
    expect(refused).toThrow(EngineTrouble)
    expect(refused).toThrow(/a\.db cannot be shared .* 3\.50\.0.*processes: 'one'/)
  })
})

describe('a place for a journal', () => {
  it('without shared memory for the write-ahead log is refused', () => {
    const db = new DatabaseSync(':memory:')
    expect(() => writeAhead(db, 'a.db')).toThrow(/a\.db cannot be kept there/)
    db.close()
  })

  it('whose lock is no lock of ours is refused, by its name', async () => {
    const { file } = await place()
    writeFileSync(
      `${file}.lock`,
      'nothing that SQLite could have written, and longer than its header of 100 bytes '.repeat(9),
    )
    const { trouble, message } = await refusal(journalOn(file).open(hops))
    expect([trouble, message.includes(file)]).toEqual(['corrupt', true])
  })

  it('is clean only when the last of several processes has closed it', async () => {
    const { file } = await place()
    const open = async (processes: 'many' | 'one' = 'many') => {
      const journal = journalOn(file, { processes })
      return { journal, opened: await journal.open(hops) }
    }
    const [one, two] = [await open(), await open()]
    await one.journal.accept([entry('m')])
    await claim(two.journal)
    await one.journal.close()
    await two.journal.drop()
    expect((await open('one')).opened.unclean).toBe(true)
  })
})

describe('what went wrong', () => {
  it('is told in words whatever was thrown', () => {
    expect(troubleOf(undefined, 'a.db')).toMatchObject({ trouble: 'failed' })
    expect(troubleOf('text', 'a.db').message).toContain('text')
    expect(troubleOf({ code: 'EACCES', message: 'open a.db' }, 'a.db')).toMatchObject({
      trouble: 'unwritable',
    })
    expect(onlyBusy({ errcode: 5 })).toBe(false)
    expect(() => onlyBusy({ errcode: 8 })).toThrow()
    expect([isBusy({ errcode: 5 }), isBusy({ errcode: 261 }), isBusy({ errcode: 6 }), isBusy(null)]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })
})

describe('an engine', () => {
  it('counts nothing twice in one write: what came in dead and was discarded at once leaves no trace but its count', async () => {
    const { file } = await place()
    const engine = new Engine(settings(file), start)
    engine.apply(
      [
        { do: 'accept', entries: [entry('m', { dead: { _tag: 'Bad' } })] },
        { do: 'discard', ids: ['m'], why: 'seen' },
      ],
      NOW,
    )
    expect(ok(engine.apply([{ do: 'counts' }], NOW))[0]).toEqual([
      { flow: 'f', hop: 'a', what: 'in', n: 1 },
      { flow: 'f', hop: 'a', what: 'discarded', n: 1 },
      { flow: 'f', hop: 'a', what: 'dead', n: 0 },
      { flow: 'f', hop: 'a', what: 'waiting', n: 0 },
    ])
    engine.close(NOW)
  })

  it('says busy, and has done nothing, while another connection writes', async () => {
    const { file } = await place()
    const engine = new Engine(settings(file, { processes: 'many' }), start)
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const write = { do: 'accept', entries: [entry('m')] } as const
    expect(engine.apply([write, { do: 'read', names: [] }], NOW)).toEqual([{ busy: true }, { ok: {} }])
    other.exec('ROLLBACK')
    other.close()
    expect(ok(engine.apply([write], NOW))).toEqual([[{ id: 'm', as: 'accepted' }]])
    engine.close(NOW)
  })
})

describe('commands that a terminal left', () => {
  const asking = async () => {
    const { file } = await place()
    const engine = new Engine(settings(file), start)
    engine.apply([{ do: 'accept', entries: [entry('m', { dead: { _tag: 'Bad' } })] }], NOW)
    const terminal = new DatabaseSync(file)
    const put = terminal.prepare('INSERT INTO command(at, verb, args) VALUES(?, ?, ?)')
    const answers = (): readonly unknown[] =>
      terminal
        .prepare('SELECT answer FROM command ORDER BY no')
        .all()
        .map(({ answer }) => (answer === null ? null : (JSON.parse(String(answer)) as unknown)))
    const end = (): void => {
      terminal.close()
      engine.close(NOW)
    }
    return { engine, terminal, answers, end, ask: (args: string, at = NOW) => put.run(at, 'discard', args) }
  }

  it('are carried out with what they say, or with what goes without saying; not an hour later', async () => {
    const { engine, ask, answers, end } = await asking()
    ask('[["m"],"seen"]', NOW - 3_600_000)
    ask('no json')
    ask('[["m"]]')
    engine.apply([{ do: 'poll' }], NOW)
    expect(answers()).toMatchObject([
      { no: expect.stringContaining('too old') },
      { no: expect.stringContaining('could not be carried out') },
      { ok: [true] },
    ])
    end()
  })

  it('wait while somebody writes, and are nothing to do once they were taken back', async () => {
    const { engine, terminal, ask, answers, end } = await asking()
    ask('[["none"]]')
    ask('[["m"]]')
    terminal.exec('BEGIN IMMEDIATE')
    expect(engine.apply([{ do: 'poll' }], NOW)).toEqual([{ busy: true }])
    terminal.exec('ROLLBACK')
    expect(answers()).toEqual([null, null])
    terminal.exec('CREATE TRIGGER back AFTER UPDATE ON command BEGIN DELETE FROM command WHERE no = 2; END')
    engine.apply([{ do: 'poll' }], NOW)
    expect(answers()).toEqual([{ ok: [false] }])
    const [found] = ok(engine.apply([{ do: 'find', query: { limit: 9 } }], NOW)) as [
      readonly { id: string }[],
    ]
    expect(found.map((f) => f.id)).toEqual(['m'])
    end()
  })
})

describe('dead letters that are kept for a time', () => {
  it('are removed slice by slice when it is over, and only those of the flow that it is said of', async () => {
    const { file } = await place()
    const engine = new Engine(settings(file, { keepDead: { g: 1000 } }), start)
    const dead = (id: string, flow: string) => entry(id, { flow, dead: { _tag: 'Bad' } })
    const entries = Array.from({ length: 1200 }, (_, i) => dead(`g${i}`, 'g'))
    engine.apply([{ do: 'accept', entries: [dead('f0', 'f'), ...entries] }], NOW)
    const left = (): readonly string[] =>
      (ok(engine.apply([{ do: 'find', query: { limit: 9999 } }], NOW))[0] as { id: string }[]).map(
        (f) => f.id,
      )
    engine.apply([{ do: 'sweep' }], NOW + 999)
    engine.apply([{ do: 'sweep' }], NOW + 999)
    expect(left()).toHaveLength(1201)
    engine.apply([{ do: 'sweep' }], NOW + 1000)
    expect(left()).toHaveLength(201 + 1)
    for (let i = 0; i < 3; i++) engine.apply([{ do: 'sweep' }], NOW + 1000)
    expect(left()).toEqual(['f0'])
    engine.close(NOW)
  })
})

describe('several processes', () => {
  it('run one suspect at a time, and a newer version ends what a dead one held', async () => {
    const { file } = await place()
    let now = NOW
    const open = async () => {
      const journal = journalOn(file, { processes: 'many', clock: clockAt(systemClock, () => now) })
      await journal.open(hops)
      return journal
    }
    const [dying, other] = [await open(), await open()]
    const latest = { key: 'k', version: 1 }
    await dying.accept([entry('old', { latest }), entry('one'), entry('two')])
    const query = { wants: hops.map((ref) => ({ ...ref, max: 9 })), max: 9, leaseMs: 1000 }
    expect((await dying.claim(query)).entries).toHaveLength(3)
    await other.accept([entry('new', { latest: { key: 'k', version: 2 } })])
    now += 1001
    expect((await other.claim(query)).entries.map((e) => e.id)).toEqual(['one', 'new'])
    expect(await other.extend([{ id: 'one', token: 'nonsense' }], 1000)).toEqual([false])
    // The other suspect waits for the trial of the first; nothing else is there.
    expect((await other.claim(query)).entries).toEqual([])
    const { what, n } = (await other.admin.counts()).find((c) => c.what === 'superseded')!
    expect([what, n]).toEqual(['superseded', 1])
  })
})
