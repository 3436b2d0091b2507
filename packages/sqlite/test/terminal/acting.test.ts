import type { Count } from '@xconnector/core'
import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { atTerminal } from './support/at-terminal.js'
import { service, type Service } from './support/service.js'

const refused = async (s: Service, n: number): Promise<readonly string[]> => {
  const ids = await s.send(Array.from({ length: n }, (_, i) => ({ n: i, how: 'refuse' as const })))
  await s.dead(n)
  return ids.map((id) => `${id}/post`)
}

const count = (counts: readonly Count[], hop: string, what: string): number =>
  counts.find((c) => c.hop === hop && c.what === what)?.n ?? 0

// The same commands, whoever carries them out: the one owner of the file, or the terminal beside many.
describe.each(['one', 'many'] as const)('with a running service, processes: %s', (processes) => {
  it('replays what is named, by the service, with its key', async () => {
    const s = await service({ processes })
    const ids = await refused(s, 3)
    s.shop.mend()
    const say = atTerminal(s.file)
    const done = await say('dead', 'replay', ids[0]!, ids[2]!)
    expect([done.code, done.out, done.err]).toEqual([0, '2 dead letters sent again.\n', ''])
    await vi.waitFor(
      () => expect(s.shop.sent.filter((t) => t.startsWith('post'))).toEqual(['post 0', 'post 2']),
      { timeout: 20_000 },
    )
    await s.dead(1)
    const again = await say('dead', 'replay', ids[0]!, '--json')
    expect([again.code, again.json()]).toEqual([1, [{ id: ids[0], as: 'absent' }]])
  })

  it('replays what fits, page by page, and not what dies again meanwhile', async () => {
    const s = await service({ processes })
    await refused(s, 620)
    const done = await atTerminal(s.file)('dead', 'replay', '--flow', 'orders', '--tag', 'Refused')
    expect([done.code, done.out]).toEqual([0, '620 dead letters sent again.\n'])
    await s.dead(620)
    const counts = await s.runtime.counts()
    expect(count(counts, 'post', 'in')).toBe(620)
    const none = await atTerminal(s.file)('dead', 'replay', '--flow', 'others')
    expect([none.code, none.err]).toEqual([
      1,
      'Nothing was sent again.\nThere is no flow others; there are orders.\n',
    ])
  })

  it('discards dead letters, and nothing that is on its way', async () => {
    const s = await service({ processes })
    const ids = await refused(s, 2)
    const [live] = await s.send([{ n: 9, how: 'hang' }])
    await vi.waitFor(async () => expect(count(await s.runtime.counts(), 'post', 'waiting')).toBe(1), {
      timeout: 20_000,
    })
    const say = atTerminal(s.file)
    const done = await say('dead', 'discard', ids[0]!, `${live!}/post`, '--yes')
    expect([done.code, done.out]).toEqual([1, '1 dead letter discarded.\n'])
    expect(done.err).toContain(`There is no dead letter ${live!}/post.`)
    s.shop.release()
    await vi.waitFor(() => expect(s.shop.sent).toContain('post 9'), { timeout: 20_000 })
    const counts = await s.runtime.counts()
    expect([count(counts, 'post', 'discarded'), count(counts, 'post', 'dead')]).toEqual([1, 1])
  })

  it('erases a key, from the file too', async () => {
    const { file } = await place()
    const journal = journalOn(file, { processes })
    await journal.open(hops)
    await journal.accept([
      entry('m', { key: 'person-1', body: '"a secret of person 1"' }),
      entry('n', { key: 'person-2' }),
    ])
    const say = atTerminal(file)
    expect((await say('erase', 'person-1', '--yes')).out).toBe('1 entry of that key erased.\n')
    expect((await journal.admin.find({ limit: 9 })).map(({ id }) => id)).toEqual(['n'])
    await journal.close()
    expect((await readFile(file)).includes('a secret of person 1')).toBe(false)
    expect((await say('erase', 'person-1', '--yes')).code).toBe(1)
  })

  it('pauses and resumes, by the journal, and says what there is', async () => {
    const s = await service({ processes })
    const say = atTerminal(s.file)
    for (const [kind, name] of [
      ['flow', 'orders'],
      ['hop', 'orders/post'],
      ['intake', 'orders'],
      ['destination', 'shop-api'],
    ]) {
      const done = await say('pause', kind!, name!, '--why', 'the shop moves')
      expect([done.code, done.out]).toEqual([
        0,
        `${kind!} ${name!} is paused. The service knows within a second.\n`,
      ])
      expect((await say('pause', kind!, name!)).out).toContain('is paused already')
      expect((await say('status')).out).toContain(`paused  ${kind!} ${name!}`)
      expect((await say('status')).out).toContain('by ann: the shop moves')
      expect((await say('resume', kind!, name!)).code).toBe(0)
      const twice = await say('resume', kind!, name!)
      expect([twice.code, twice.err]).toEqual([1, `${kind!} ${name!} is not paused.\n`])
    }
    const slips = await Promise.all([
      say('pause', 'flow', 'order'),
      say('pause', 'hop', 'orders/pots'),
      say('pause', 'destination', 'shop'),
    ])
    expect(slips.map((slip) => [slip.code, slip.err])).toEqual([
      [1, 'There is no flow order; there are orders.\n'],
      [1, 'The flow orders has no hop pots; there are fanOut, post, note.\n'],
      [1, 'There is no destination shop; there are book, shop-api.\n'],
    ])
  })
})

describe('a pause from the terminal', () => {
  it('holds a hop of the running service, and lets it go on', async () => {
    const s = await service()
    const say = atTerminal(s.file)
    await say('pause', 'hop', 'orders/post')
    await vi.waitFor(() => expect(s.runtime.paused()).toHaveLength(1), { timeout: 20_000 })
    await s.send([{ n: 1, how: 'fine' }])
    await vi.waitFor(() => expect(s.shop.sent).toEqual(['note 1']), { timeout: 20_000 })
    expect(count(await s.runtime.counts(), 'post', 'waiting')).toBe(1)
    await say('resume', 'hop', 'orders/post')
    await vi.waitFor(() => expect(s.shop.sent).toEqual(['note 1', 'post 1']), { timeout: 20_000 })
  })
})

describe('a dry run', () => {
  it('lists what would be sent again, and does nothing', async () => {
    const s = await service()
    const ids = await refused(s, 2)
    s.shop.mend()
    const say = atTerminal(s.file)
    const dry = await say('dead', 'replay', '--hop', 'post', '--dry-run')
    expect(dry.code).toBe(0)
    expect(dry.lines[1]).toBe(`${ids[0]!}\torders\tpost\tRefused\tcustomer-0\t22`)
    expect(dry.err).toContain('2 dead letters would be sent again. Nothing was done')
    const json = await say('dead', 'replay', ids[1]!, 'nobody', '--dry-run', '--json')
    expect([json.code, json.json()]).toEqual([
      1,
      [{ id: ids[1], flow: 'orders', hop: 'post', tag: 'Refused', key: 'customer-1', bytes: 22 }],
    ])
    await s.dead(2)
    expect(s.shop.sent.filter((t) => t.startsWith('post'))).toEqual([])
  })
})

describe('a whole message', () => {
  it('is sent anew by the running service, as another message', async () => {
    const s = await service()
    const [id, ...others] = await refused(s, 3)
    s.shop.mend()
    s.shop.sent.length = 0
    const done = await atTerminal(s.file)('dead', 'replay', id!, '--whole')
    expect([done.code, done.out]).toEqual([0, '1 dead letter sent again, as 1 new message.\n'])
    await vi.waitFor(() => expect(s.shop.sent.toSorted()).toEqual(['note 0', 'post 0']), { timeout: 20_000 })
    expect((await s.runtime.deadLetters.list()).map((letter) => letter.id)).toEqual(others)
    expect(count(await s.runtime.counts(), 'post', 'replayed')).toBe(1)
  })

  it('is queued where no service runs, and sent by the next one that starts', async () => {
    const s = await service()
    const [id] = await refused(s, 1)
    await s.stop()
    const done = await atTerminal(s.file)('dead', 'replay', id!, '--whole')
    expect(done.code).toBe(0)
    expect(done.out).toBe(
      '1 dead letter queued: no service runs; the next one that starts sends the messages anew.\n',
    )
    const next = await service({ at: s.file, mended: true })
    await vi.waitFor(() => expect(next.shop.sent).toEqual(expect.arrayContaining(['note 0', 'post 0'])), {
      timeout: 20_000,
    })
  })
})

describe('without a service', () => {
  it('replays and discards by itself, and leaves the rest to the next one', async () => {
    const s = await service()
    const ids = await refused(s, 3)
    await s.stop()
    const say = atTerminal(s.file)
    expect((await say('dead', 'replay', ids[0]!)).out).toBe('1 dead letter sent again.\n')
    expect((await say('dead', 'discard', ids[1]!)).out).toBe('1 dead letter discarded.\n')
    expect((await say('status')).out).toContain('orders\tpost\t1\t0\t1\t1\t')
    const next = await service({ at: s.file, mended: true })
    await vi.waitFor(() => expect(next.shop.sent).toEqual(['post 0']), { timeout: 20_000 })
  })
})

describe('before more than one is discarded', () => {
  it('asks, and does nothing without a plain yes', async () => {
    const s = await service()
    await refused(s, 2)
    const args = ['dead', 'discard', '--flow', 'orders', '--why', 'test orders'] as const
    const nobody = await atTerminal(s.file)(...args)
    expect([nobody.code, nobody.err.split('\n')[0]]).toEqual([
      2,
      'xconnector: dead discard: 2 dead letters: add --yes to discard them',
    ])
    for (const answers of ['', 'n', 'yesterday']) {
      const asked = await atTerminal(s.file, { answers })(...args)
      expect([asked.code, asked.err]).toEqual([1, 'Discard 2 dead letters for good? [y/N] '])
    }
    await s.dead(2)
    expect((await atTerminal(s.file, { answers: 'y' })(...args)).out).toBe('2 dead letters discarded.\n')
    await s.dead(0)
    expect((await atTerminal(s.file)('dead', 'discard', '--flow', 'orders')).err).toContain(
      'say why: --why TEXT',
    )
    expect((await atTerminal(s.file, { answers: 'no' })('erase', 'customer-1')).code).toBe(1)
  })
})

describe('two terminals', () => {
  it('at once send each dead letter again exactly once', async () => {
    const s = await service()
    await refused(s, 40)
    s.shop.mend()
    const [a, b] = await Promise.all([
      atTerminal(s.file)('dead', 'replay', '--flow', 'orders', '--json'),
      atTerminal(s.file)('dead', 'replay', '--flow', 'orders', '--json'),
    ])
    const replayed = [...a.json(), ...b.json()].filter((one) => (one as { as: string }).as === 'replayed')
    expect(replayed).toHaveLength(40)
    await vi.waitFor(() => expect(s.shop.sent.filter((t) => t.startsWith('post'))).toHaveLength(40), {
      timeout: 20_000,
    })
  })
})
