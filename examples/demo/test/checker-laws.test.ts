import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBooks } from '../src/checker/books.ts'
import { readEvidence, type Evidence } from '../src/checker/evidence.ts'
import { laws } from '../src/checker/laws.ts'
import type { HopBook } from '@xconnector/example-kit/journal-books'
import type { AcknowledgementLine, RequestLine, SystemName, TargetName } from '../src/shared/evidence.ts'
import { LARGE } from './support/checker-files.ts'
import { liveJournal } from './support/checker-journal.ts'
import { KILLED, writeRun } from './support/checker-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-laws-'))
let good: Evidence
beforeAll(async () => {
  mkdirSync(join(folder, 'run'))
  await writeRun(join(folder, 'run'))
  good = await readEvidence(join(folder, 'run'), LARGE)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Everything that is broken when the good run had been otherwise. */
const broken = (change: Partial<Evidence>): readonly string[] =>
  laws.flatMap((law) => law({ ...good, ...change }).broken)

const withBook = (target: TargetName, change: Partial<HopBook>): Partial<Evidence> => {
  const { targets } = good.books
  return { books: { ...good.books, targets: { ...targets, [target]: { ...targets[target], ...change } } } }
}

const withRequests = (
  system: SystemName,
  change: (lines: readonly RequestLine[]) => readonly RequestLine[],
): Partial<Evidence> => ({ requests: { ...good.requests, [system]: change(good.requests[system]) } })

const without = <V>(map: ReadonlyMap<string, V>, is: (value: V) => boolean): ReadonlyMap<string, V> =>
  new Map([...map].filter(([, value]) => !is(value)))

describe('the books', () => {
  test('show what is lost: acknowledged, and not in the journal', () => {
    const more = new Map(good.acknowledged).set('e99/en-us/1', {
      ...([...good.acknowledged.values()][0] as AcknowledgementLine),
      id: 'e99/en-us/1',
    })
    expect(broken({ acknowledged: more })).toEqual([
      'lost: 1 of 61 acknowledged for entries, but never in the journal',
    ])
    const events = new Map(good.events)
    const [id] = events.keys()
    events.delete(id!)
    expect(broken({ events })).toContain('1 message of vip-events in the journal that nobody sent')
  })

  test('show dead letters that are left and deliveries that wait, as a runtime leaves them', async () => {
    const file = join(folder, 'left.db')
    const live = await liveJournal(file, {
      site: () => 'taken',
      portal: () => 'never',
      vip: () => 'taken',
      tracking: () => 'later',
    })
    await live.accept('entries', [{ id: 'a/1', thing: 'a', version: 1 }])
    await live.accept('vip-events', [{ id: 'evt', thing: 'assets/a', version: 1 }])
    await live.still()
    await live.stop()
    const { targets } = readBooks(file)
    expect(targets.portal).toEqual({ accepted: 1, done: {}, dead: 1, pending: 0 })
    expect(targets.tracking).toEqual({ accepted: 1, done: {}, dead: 0, pending: 1 })
    expect(broken(withBook('portal', { accepted: 58, dead: 1 }))).toEqual([
      'portal: 1 dead letter left after the replay',
      'portal: 57 messages went on, but the journal has 58',
    ])
    expect(broken(withBook('tracking', { accepted: 15, pending: 1 }))).toEqual([
      'tracking: 1 delivery still pending',
    ])
  })

  test('must come out even, by nothing but deliveries and newer versions', () => {
    expect(broken(withBook('vip', { accepted: 9 }))).toEqual([
      'vip: accepted is not done + dead + pending; the difference is 1',
    ])
    expect(broken(withBook('site', { done: { delivered: 56, discarded: 1 } }))).toEqual([
      'site: 1 delivery neither made nor superseded',
    ])
    // VIP itself knows a newer version.
    expect(broken(withBook('vip', { done: { delivered: 7, discarded: 1 } }))).toEqual([])
  })

  test('are not believed without the receiver', () => {
    expect(broken(withBook('vip', { accepted: 9, done: { delivered: 9 } }))).toEqual([
      'vip: the journal says 9 delivered, but it took in 8',
    ])
    expect(broken(withBook('tracking', { done: { delivered: 5, superseded: 9 } }))).toEqual([
      'tracking took in 14, of which the journal knows 5',
    ])
    // An answer that was withheld told the service nothing.
    const cut = withRequests('site', ([first, ...rest]) => [{ ...first!, status: 0 }, ...rest])
    expect(broken(cut)).toEqual(['site: the journal says 57 delivered, but it took in 56'])
    expect(broken({ books: { ...good.books, strange: ['entries/site/other'] } })).toEqual([
      'the journal has a hop that the checker does not know: entries/site/other',
    ])
  })
})

describe('entries', () => {
  test('must be everywhere in their newest version', () => {
    const lost = withRequests('site', (lines) =>
      lines.filter(({ thing, version }) => thing !== 'e7/en-us' || version !== 2),
    )
    expect(broken(lost)).toEqual([
      'site never got the newest version of 1 entry, such as e7/en-us v2',
      'site: the journal says 57 delivered, but it took in 56',
    ])
  })

  test('must not be older than what was there before', () => {
    const stale = withRequests('portal', (lines) => [
      ...lines,
      { ...lines.at(-1)!, thing: 'e29/en-us', version: 1, entry: 'late' },
    ])
    expect(broken(stale)).toEqual([
      'stale: portal got an older version after a newer one 1 time, such as e29/en-us v1 after v2',
    ])
  })

  test('may be older where they were not taken in', () => {
    const refused = withRequests('portal', (lines) => [
      ...lines,
      { ...lines.at(-1)!, thing: 'e29/en-us', version: 1, entry: 'late', applied: false, status: 422 },
    ])
    expect(broken(refused)).toEqual([])
  })

  test('show nothing of order when nothing came late', () => {
    const acknowledged = new Map([...good.acknowledged].map(([id, line]) => [id, { ...line, at: 0 }]))
    expect(broken({ acknowledged })).toEqual([
      'no older version came after a newer one had been delivered: nothing is shown',
    ])
  })

  test('that the portal has rejected must come again', () => {
    const skipped = withRequests('portal', (lines) =>
      lines.filter(({ thing, version, status }) => thing !== 'e5/en-us' || version !== 2 || status === 422),
    )
    expect(broken(skipped)).toEqual(
      expect.arrayContaining([
        'portal never got the newest version of 1 entry, such as e5/en-us v2',
        'the portal rejected 1 delivery and never got them again, such as e5/en-us v2',
        'no dead letter was replayed: nothing is shown',
      ]),
    )
  })
})

describe('what came twice', () => {
  const again = (line: RequestLine, change: Partial<RequestLine>): RequestLine => ({ ...line, ...change })
  const before = (lines: readonly RequestLine[]): RequestLine =>
    lines.findLast(({ at, applied }) => at < KILLED && applied)!

  test('may do so after an answer that was withheld, or across the kill', () => {
    const cut = withRequests('site', ([first, ...rest]) => [
      again(first!, { status: 0 }),
      again(first!, { at: first!.at + 5 }),
      ...rest,
    ])
    expect(broken(cut)).toEqual([])
    const killed = withRequests('portal', (lines) =>
      lines.flatMap((line) => (line === before(lines) ? [line, again(line, { at: KILLED + 50 })] : [line])),
    )
    expect(broken(killed)).toEqual([])
  })

  test('may not do so for no reason', () => {
    const twice = withRequests('site', ([first, ...rest]) => [
      first!,
      again(first!, { at: first!.at + 5 }),
      ...rest,
    ])
    expect(broken(twice)).toEqual(['duplicate: site got 1 again without a reason, such as e0/en-us v1'])
  })

  test('may not do so when the kill came much later', () => {
    const twice = withRequests('site', (lines) => {
      const old = again(lines[0]!, { thing: 'x', entry: 'x', at: KILLED - 6000 })
      return [old, ...lines, again(old, { at: KILLED + 50 })]
    })
    expect(broken(twice)).toEqual(['duplicate: site got 1 again without a reason, such as x v1'])
  })

  test('may not do so under two idempotency keys', () => {
    const twice = withRequests('portal', (lines) =>
      lines.flatMap((line) =>
        line === before(lines)
          ? [line, again(line, { at: KILLED + 50, entry: `${line.entry}-again` })]
          : [line],
      ),
    )
    expect(broken(twice)[0]).toMatch(
      /^duplicate: portal got 1 under more than one idempotency key, such as e\d+\/en-us v1$/,
    )
  })

  test('may not be more than one kill explains', () => {
    const all = withRequests('portal', (lines) => {
      const [first] = lines
      const many = Array.from({ length: 17 }, (_, i) =>
        again(first!, { thing: `x${i}`, entry: `x${i}`, at: KILLED - 1 }),
      )
      return [...many, ...many.map((line) => again(line, { at: KILLED + 50 })), ...lines]
    })
    expect(broken(all)).toContain('portal got 17 repeats by the kill, which explains 16 at most')
  })

  test('must have been tried: a webhook, too', () => {
    expect(broken({ acknowledgedAgain: 0 })).toEqual(['no webhook came twice: nothing is shown'])
  })
})

describe('VIP’s events', () => {
  test('must reach the CMS, the newest of each asset at least, of the right asset', () => {
    const last = good.tracking.at(-1)!
    expect(broken({ tracking: good.tracking.slice(0, -1) })).toContain(
      'the CMS was never told the newest event of 1 asset, such as vip.asset.published of assets/ast_6, no. 2',
    )
    expect(broken({ tracking: [...good.tracking.slice(0, -1), { ...last, asset: 'blt0' }] })).toEqual([
      `the CMS was told 1 event of another asset, such as ${last.event}: blt0 is not assets/ast_6`,
    ])
  })

  test('must be VIP’s', () => {
    expect(broken({ events: new Map(), tracking: [] })).toContain('VIP sent no event: nothing is shown')
    const events = without(good.events, ({ subject }) => subject === 'assets/ast_6')
    expect(broken({ events })).toEqual(
      expect.arrayContaining([
        'the CMS was told 2 events that VIP never sent, such as evt_ast_6_1',
        expect.stringMatching(/^no event of 1 asset of VIP was acknowledged, such as of blt/),
      ]),
    )
  })

  test('must not go back', () => {
    expect(broken({ tracking: good.tracking.toReversed() })[0]).toMatch(
      /^stale: tracking got an older version after a newer one 7 times/,
    )
  })
})
