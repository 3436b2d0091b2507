import type { Json } from '@xconnector/core'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { atTerminal } from './support/at-terminal.js'
import { service } from './support/service.js'
import { CANARY } from './support/shop.js'

interface Act {
  readonly did: string
  readonly by: string
  readonly why?: string
}

/** A journal at rest with dead letters d0, d1, … of a flow f. */
const atRest = async (n: number, acts: readonly Json[] = []): Promise<string> => {
  const { file } = await place()
  const journal = journalOn(file)
  await journal.open(hops)
  const dead = { _tag: 'Refused', kind: 'permanent', message: 'no' }
  await journal.accept(
    Array.from({ length: n }, (_, i) => entry(`d${i}`, { flow: 'f', hop: 'put', dead, key: `k${i}` })),
    {
      state: [
        { name: 'acts', expect: 0, value: acts },
        { name: 'flows', expect: 0, value: ['f'] },
        {
          name: 'flow:f',
          expect: 0,
          value: {
            flow: 'f',
            version: 2,
            renamed: { post: 'put' },
            first: 'put',
            hops: [{ name: 'put', steps: [], next: [], errors: [] }],
            errors: [],
          },
        },
        {
          name: 'control',
          expect: 0,
          value: { paused: [{ what: { flow: 'f', hop: 'post' }, since: 1 }], upTo: 0, spent: {} },
        },
      ],
    },
  )
  await journal.close()
  return file
}

const actsOf = async (file: string): Promise<readonly Act[]> => {
  const [status] = (await atTerminal(file)('status', '--json')).json()
  return (status as unknown as { acts: readonly Act[] }).acts
}

describe('what people did', () => {
  it('is kept with who, why and what, and told by status, the latest first', async () => {
    const file = await atRest(4)
    const say = atTerminal(file)
    await say('dead', 'discard', 'd0', '--why', 'a test order')
    await say('dead', 'replay', 'd1')
    await say('dead', 'replay', 'nobody')
    await say('dead', 'discard', '--flow', 'f', '--why', `token=${CANARY} ${'x'.repeat(900)}`, '--yes')
    await say('pause', 'flow', 'f', '--why', 'the shop moves')
    await say('resume', 'flow', 'f')
    await say('erase', 'k1', '--yes')
    const acts = await actsOf(file)
    expect(acts).toMatchObject([
      { did: 'erase', by: 'ann', n: 1 },
      { did: 'resume', what: { flow: 'f' } },
      { did: 'pause', why: 'the shop moves' },
      { did: 'discard', n: 2, ids: ['d2', 'd3'] },
      { did: 'replay', n: 1, ids: ['d1'] },
      { did: 'discard', by: 'ann', why: 'a test order', n: 1, ids: ['d0'] },
    ])
    expect(JSON.stringify(acts)).not.toContain(CANARY)
    expect(JSON.stringify(acts)).not.toContain('k1')
    expect(acts[3]!.why!.length).toBeLessThan(520)
    const { lines } = await say('status')
    expect(lines.slice(-3).map((line) => line.replace(/ \S+Z/, ''))).toEqual([
      'lately   ann erased a key: 1 entry',
      'lately   ann resumed flow f',
      'lately   ann paused flow f: the shop moves',
    ])
  })

  it('is bounded, and keeps what another version wrote', async () => {
    const others = Array.from({ length: 50 }, (_, i) => ({ at: i, did: 'polish', by: 'bob' }))
    const file = await atRest(0, others)
    const say = atTerminal(file)
    await say('pause', 'flow', 'f', '--why', 'noon')
    await say('resume', 'flow', 'f')
    const acts = await actsOf(file)
    expect(acts).toHaveLength(50)
    expect(acts.slice(0, 3)).toMatchObject([
      { did: 'resume' },
      { did: 'pause', why: 'noon' },
      { did: 'polish', by: 'bob' },
    ])
  })

  it('is done all the same where it cannot be kept', async () => {
    const file = await atRest(1)
    const db = new DatabaseSync(file)
    db.exec(
      "CREATE TRIGGER no_acts BEFORE INSERT ON state WHEN NEW.name = 'acts' BEGIN SELECT RAISE(FAIL, 'no'); END",
    )
    db.close()
    const done = await atTerminal(file)('dead', 'discard', 'd0')
    expect([done.code, done.out]).toEqual([0, '1 dead letter discarded.\n'])
    expect(done.err).toContain('It was done, and could not be noted in the journal')
  })
})

describe('a hop that was renamed', () => {
  it('is resumed by its new name and by its old one, and not paused twice', async () => {
    for (const name of ['f/put', 'f/post']) {
      const file = await atRest(0)
      const say = atTerminal(file)
      expect((await say('pause', 'hop', name)).out).toContain('is paused already')
      expect((await say('resume', 'hop', name)).code).toBe(0)
      const [status] = (await say('status', '--json')).json()
      expect((status as unknown as { paused: unknown }).paused).toEqual([])
    }
  })
})

describe('an intake', () => {
  it('is not paused where a flow has none', async () => {
    const said = await atTerminal(await atRest(0))('pause', 'intake', 'f')
    expect([said.code, said.err]).toEqual([
      1,
      'The flow f has no intake: nothing but calls and other flows feed it.\n',
    ])
  })
})

describe('a flow that nobody knows', () => {
  it('is told as such, whatever is asked of it', async () => {
    const say = atTerminal(await atRest(1))
    for (const args of [
      ['dead', 'ls', '--flow', 'F'],
      ['dead', 'ls', '--flow', 'F', '--json'],
      ['dead', 'replay', '--flow', 'F'],
      ['dead', 'replay', '--flow', 'F', '--dry-run'],
      ['dead', 'discard', '--flow', 'F', '--why', 'x', '--yes'],
    ]) {
      const said = await say(...args)
      expect([args, said.code, said.out]).toEqual([args, 1, ''])
      expect(said.err).toContain('There is no flow F; there are f.')
    }
    expect((await say('dead', 'ls', '--flow', 'f', '--tag', 'None')).err).toBe('No dead letters.\n')
  })
})

describe('status', () => {
  it('tells what people did beside a running service too', async () => {
    const s = await service()
    await atTerminal(s.file)('pause', 'hop', 'orders/post', '--why', 'noon')
    expect((await s.runtime.status()).acts).toMatchObject([
      { did: 'pause', by: 'ann', why: 'noon', what: { flow: 'orders', hop: 'post' } },
    ])
  })
})
