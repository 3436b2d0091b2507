import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { manualClock } from '@xconnector/core/testing'
import { claim, entry, hops, journalOn, place } from './support/journals.js'

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => systemClock.soon(resolve))
}

describe('the terminal', () => {
  it('leaves commands to the owner of the file, who carries them out and answers', async () => {
    const { file } = await place()
    const clock = manualClock()
    const journal = journalOn(file, { clock })
    await journal.open(hops)
    await journal.accept([entry('letter', { dead: { _tag: 'DecodeFailed' } }), entry('other')])
    let woken = 0
    journal.watch(() => woken++)
    const terminal = new DatabaseSync(file)
    const ask = terminal.prepare('INSERT INTO command(at, verb, args) VALUES(?, ?, ?)')
    ask.run(clock.now(), 'replay', JSON.stringify([['letter', 'nobody']]))
    ask.run(clock.now(), 'discard', JSON.stringify([['other'], 'no longer wanted']))
    ask.run(clock.now(), 'dance', '[]')
    clock.advance(250)
    await turns()
    const answers = terminal
      .prepare('SELECT answer FROM command ORDER BY no')
      .all()
      .map((row) => JSON.parse(String(row['answer'])) as unknown)
    terminal.close()
    expect(answers).toEqual([
      { ok: ['replayed', 'absent'] },
      { ok: [true] },
      { no: 'no such command: dance. Known are replay, discard, erase and held.' },
    ])
    expect(woken).toBe(1)
    expect((await claim(journal)).map(({ id }) => id)).toEqual(['letter'])
  })

  it('is heard of within 250 ms, and no sooner than anybody wrote', async () => {
    const { file } = await place()
    const clock = manualClock()
    const journal = journalOn(file, { clock })
    await journal.open(hops)
    let woken = 0
    const stop = journal.watch(() => woken++)
    for (let i = 0; i < 4; i++) {
      await journal.accept([entry(`own${i}`)])
      clock.advance(250)
      await turns()
    }
    expect(woken).toBe(0)
    stop()
  })
})

describe('many processes', () => {
  it('hear of each other within 25 ms', async () => {
    const { file } = await place()
    const clock = manualClock()
    const [a, b] = [
      journalOn(file, { clock, processes: 'many' }),
      journalOn(file, { clock, processes: 'many' }),
    ]
    await a.open(hops)
    await b.open(hops)
    clock.advance(25)
    await turns()
    let woken = 0
    b.watch(() => woken++)
    await a.accept([entry('m')])
    clock.advance(25)
    await turns()
    expect(woken).toBe(1)
  })
})

describe('retention', () => {
  it('discards dead letters that are too old, by flow, and counts them', async () => {
    const { file } = await place()
    const clock = manualClock()
    const journal = journalOn(file, { clock, retention: { dead: { f: '2h', '*': '30d' } } })
    await journal.open(hops)
    const dead = { _tag: 'DecodeFailed' }
    await journal.accept([entry('old', { dead }), entry('kept', { dead, flow: 'g' }), entry('waits')])
    clock.advance(3_600_000)
    await journal.accept([entry('young', { dead })])
    clock.advance(3_600_000)
    await turns()
    clock.advance(60_000)
    await turns()
    const left = await journal.admin.find({ limit: 9 })
    expect(left.map(({ id }) => id)).toEqual(['kept', 'waits', 'young'])
    expect(await journal.admin.counts()).toContainEqual({ flow: 'f', hop: 'a', what: 'discarded', n: 1 })
  })

  it('removes dedupe keys whose window is over, a slice at a time, and no others', async () => {
    const { file } = await place()
    const clock = manualClock()
    const journal = journalOn(file, { clock })
    await journal.open(hops)
    const until = (i: number): number => clock.now() + (i % 2 === 0 ? 1000 : 1e9)
    await journal.accept(
      Array.from({ length: 2400 }, (_, i) => entry(`m${i}`, { dedupe: { key: `d${i}`, until: until(i) } })),
    )
    const left = (): unknown => {
      const reader = new DatabaseSync(file, { readOnly: true })
      const n = reader.prepare('SELECT count(*) AS n FROM dedupe').get()?.['n']
      reader.close()
      return n
    }
    const seen: unknown[] = [left()]
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(60_000)
      await turns()
      seen.push(left())
    }
    expect(seen[0]).toBe(2400)
    expect(seen.at(-1)).toBe(1200)
    expect(new Set(seen).size).toBeGreaterThan(2)
  })

  it('erases a key from the file, not only from the table', async () => {
    const { file } = await place()
    const journal = journalOn(file)
    await journal.open(hops)
    await journal.accept([entry('m', { key: 'person-1', body: '"a secret of person 1"' })])
    expect(await journal.admin.erase('person-1')).toBe(1)
    await journal.close()
    const { readFile } = await import('node:fs/promises')
    expect((await readFile(file)).includes('a secret of person 1')).toBe(false)
  })
})
