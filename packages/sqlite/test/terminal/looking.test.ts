import { systemClock } from '@xconnector/core'
import { describe, expect, it, vi } from 'vitest'
import { widthOf } from '../../src/terminal/width.js'
import { clockAt } from '../support/journals.js'
import { atTerminal } from './support/at-terminal.js'
import { service } from './support/service.js'

const T = Date.UTC(2026, 4, 1, 8)

describe('status', () => {
  it('is a small table on a terminal, and columns between tabs in a pipe', async () => {
    const s = await service({ clock: clockAt(systemClock, () => T) })
    await s.send([
      { n: 1, how: 'refuse' },
      { n: 2, how: 'away' },
      { n: 3, how: 'fine' },
    ])
    await s.dead(1)
    await vi.waitFor(() => expect(s.shop.sent).toHaveLength(4), { timeout: 20_000 })
    const seat = { clock: clockAt(systemClock, () => T + 200_000), env: { NO_COLOR: '1' } }
    const table = (lines: readonly string[]): readonly string[] => lines.slice(1)
    await vi.waitFor(
      async () => {
        expect(table((await atTerminal(s.file, { ...seat, columns: 90 })('status')).lines)).toEqual([
          'FLOW    HOP     WAITING  IN FLIGHT  DEAD  DONE  OLDEST',
          'orders  fanOut        0          0     0     3',
          '        post          1          0     1     1   3 min',
          '        note          0          0     0     3',
        ])
      },
      { timeout: 20_000 },
    )
    expect(table((await atTerminal(s.file, seat)('status')).lines)).toEqual([
      'FLOW\tHOP\tWAITING\tIN FLIGHT\tDEAD\tDONE\tOLDEST\t',
      'orders\tfanOut\t0\t0\t0\t3\t\t',
      'orders\tpost\t1\t0\t1\t1\t2026-05-01T08:00:00.000Z\t',
      'orders\tnote\t0\t0\t0\t3\t\t',
    ])
  })

  it('says who owns the journal, what is in flight, and how big it is', async () => {
    const s = await service()
    await s.send([{ n: 1, how: 'hang' }])
    const say = atTerminal(s.file)
    await vi.waitFor(
      async () => {
        const [status] = (await say('status', '--json')).json() as unknown as readonly Status[]
        expect(status).toMatchObject({ journal: { owner: 'one', mayAct: true, schema: 1 } })
        expect(status!.journal.bytes + status!.journal.logBytes).toBeGreaterThan(4096)
        expect(status!.flows[0]!.hops[1]).toMatchObject({ hop: 'post', waiting: 1, inFlight: 1 })
      },
      { timeout: 20_000 },
    )
    s.shop.release()
    await s.stop()
    const after = await say('status')
    expect(after.lines[0]).toContain('no service runs')
    expect(after.lines[2]).toBe('orders\tfanOut\t0\t0\t0\t1\t\t')
  })
})

interface Status {
  readonly journal: { readonly bytes: number; readonly logBytes: number }
  readonly flows: readonly { readonly hops: readonly object[] }[]
}

describe('dead ls', () => {
  it('lists dead letters by flow, hop, tag and time, and as JSON', async () => {
    const s = await service()
    const ids = await s.send([
      { n: 1, how: 'refuse' },
      { n: 2, how: 'refuse' },
    ])
    await s.dead(2)
    const say = atTerminal(s.file)
    const of = async (...args: readonly string[]): Promise<readonly string[]> =>
      ((await say('dead', 'ls', '--json', ...args)).json() as unknown as readonly { id: string }[]).map(
        ({ id }) => id,
      )
    const both = ids.map((id) => `${id}/post`)
    expect(await of()).toEqual(both)
    expect(await of('--limit', '1')).toEqual(both.slice(0, 1))
    expect(await of('--flow', 'orders', '--hop', 'post', '--tag', 'Refused', '--since', '1h')).toEqual(both)
    for (const none of [
      ['--flow', 'others'],
      ['--hop', 'note'],
      ['--tag', 'Away'],
      ['--since', '2099-01-01T00:00Z'],
    ]) {
      expect(await of(...none)).toEqual([])
      expect((await say('dead', 'ls', ...none)).code).toBe(1)
    }
    const text = await say('dead', 'ls')
    expect(text.lines[1]).toMatch(/^\S+\/post\torders\tpost\tRefused\t\S+Z\t1\torder 1 is refused$/)
  })

  it('fits a narrow terminal, and counts what a person would count', async () => {
    const s = await service()
    const [id] = await s.send([{ n: 1, how: 'refuse', text: '漢字'.repeat(100) }])
    await s.dead(1)
    const { lines } = await atTerminal(s.file, { columns: 76, env: { NO_COLOR: '1' } })('dead', 'ls')
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(76)
    // The id stays whole: it is what the next command is given.
    expect(lines[1]).toMatch(new RegExp(`^${id!}/post  .*漢.*…$`))
  })
})

describe('dead show', () => {
  it('tells the whole story: what came in, what failed, what to do', async () => {
    const s = await service()
    const [id] = await s.send([{ n: 1, how: 'refuse' }], { 'x-shop': 'north' })
    await s.dead(1)
    const say = atTerminal(s.file)
    const told = await say('dead', 'show', `${id!}/post`)
    expect(told.code).toBe(0)
    for (const part of [
      'flow        orders, version 1',
      'calls       shop-api, keyed',
      'key         customer-1',
      'source      inbox',
      'x-shop: north',
      '"how": "refuse"',
      'Attempt 1: Refused (permanent)',
      'says        order 1 is refused',
      '"answer": "no 1"',
      'What to do',
    ])
      expect(told.out).toContain(part)
    const [story] = (await say('dead', 'show', `${id!}/post`, '--json')).json()
    expect(story).toMatchObject({ id: `${id!}/post`, state: 'dead', advice: { replay: 'after-change' } })
    const none = await say('dead', 'show', 'nobody')
    expect([none.code, none.err]).toEqual([
      1,
      'There is no entry nobody: it may be done, or was discarded.\n',
    ])
  })

  it('cuts bodies at 4 KB, unless all of it is asked for', async () => {
    const s = await service()
    const [id] = await s.send([{ n: 1, how: 'refuse', text: `${'x'.repeat(6000)}END` }])
    await s.dead(1)
    const say = atTerminal(s.file)
    const cut = await say('dead', 'show', `${id!}/post`)
    expect(cut.out).toContain('more: --full shows all')
    expect(cut.out.slice(0, cut.out.indexOf('Attempt 1'))).not.toContain('END')
    expect((await say('dead', 'show', `${id!}/post`, '--full')).out).toContain('END')
  })
})

describe('graph', () => {
  it('is Mermaid, or a drawing with what waits and what is dead, and may go into a file', async () => {
    const s = await service()
    await s.send([{ n: 1, how: 'refuse' }])
    await s.dead(1)
    const files = new Map<string, string>()
    const say = atTerminal(s.file, { files })
    const mermaid = await say('graph', 'orders')
    expect(mermaid.lines[0]).toBe('flowchart LR')
    expect(mermaid.out).toContain('source(["inbox"]) --> h0')
    expect((await say('graph', 'orders', '--svg', '--out', 'orders.svg')).out).toBe('')
    const svg = files.get('orders.svg')!
    expect((await say('graph', 'orders', '--json', '--out', 'orders.json')).out).toBe('')
    expect(JSON.parse(files.get('orders.json')!)).toMatchObject({ flow: 'orders', source: 'inbox' })
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    expect(svg).toContain('>1 dead</text>')
    expect(svg).toContain('prefers-color-scheme: dark')
    expect(svg.match(/<path class="way"/g)).toHaveLength(3)
    expect(svg.match(/<g>/g)).toHaveLength(svg.match(/<\/g>/g)!.length)
    const none = await say('graph', 'invoices')
    expect([none.code, none.err]).toEqual([1, 'There is no flow invoices; there are orders.\n'])
  })
})

describe('tail', () => {
  it('tells what is new, what goes again, what dies and what is done, until it is ended', async () => {
    const s = await service()
    const ending = new AbortController()
    let heard = ''
    const seat = { signal: ending.signal, heard: (text: string) => void (heard += text) }
    const tail = atTerminal(s.file, seat)('tail', '--flow', 'orders', '--json')
    const quiet = atTerminal(s.file, seat)('tail', '--flow', 'others')
    const lines = (): readonly Record<string, unknown>[] =>
      heard
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    // It tells what comes after its first look, and nobody can see when that was.
    await vi.waitFor(
      async () => {
        await s.send([
          { n: 1, how: 'refuse' },
          { n: 2, how: 'away' },
          { n: 3, how: 'fine' },
        ])
        const of = (what: string): unknown => lines().find((line) => line['what'] === what)
        expect(of('dead')).toMatchObject({ flow: 'orders', hop: 'post', tag: 'Refused', attempts: 1 })
        expect(of('new')).toMatchObject({ hop: 'post', key: 'customer-2' })
        expect(of('retry')).toMatchObject({ hop: 'post', attempts: 1, tag: 'Away' })
        expect(of('done')).toMatchObject({ flow: 'orders', why: 'delivered' })
      },
      { timeout: 20_000, interval: 700 },
    )
    ending.abort()
    expect((await tail).code).toBe(0)
    expect((await quiet).out).toBe('')
  })

  it('says when more came at once than it tells', async () => {
    const s = await service()
    await s.runtime.pause({ flow: 'orders' })
    const ending = new AbortController()
    let heard = ''
    const told = (): number => heard.split('\n').filter((line) => line.includes('"new"')).length
    const seat = { signal: ending.signal, heard: (text: string) => void (heard += text) }
    const tail = atTerminal(s.file, seat)('tail', '--json')
    const many = Array.from({ length: 1200 }, (_, n) => ({ n, how: 'fine' as const }))
    await vi.waitFor(
      async () => {
        await s.send(many)
        expect(told()).toBeGreaterThanOrEqual(500)
      },
      { timeout: 20_000, interval: 600 },
    )
    ending.abort()
    expect((await tail).err).toContain('More came at once than is told: of each kind the latest 500')
  })
})
