import { deepEqual, equal, ok } from 'node:assert/strict'
import * as t from 'io-ts'
import {
  byKind,
  createRuntime,
  flow,
  silentLogger,
  systemClock,
  type Clock,
  type Journal,
  type Source,
} from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import { schedule } from '../../src/source/schedule.js'
import { incarnation } from '../../src/testing/incarnation.js'
import { virtualClock, type VirtualClock } from '../../src/testing/index.js'
import { counted } from '../semantics/counted.js'
import { fine, type Remote } from '../semantics/remote.js'

/** Opens a journal on what is durable: the same each time. */
export type OpenJournal = (clock: Clock) => Journal

/** A scenario of sources and crashes, for any journal. It throws what does not hold. Data, as no test runner is named. */
export interface SourceRestartCase {
  readonly name: string
  run(open: OpenJournal): Promise<void>
}

/** Where a write is cut off: its effect did not come about, or it did and nobody heard. */
type Cut = 'before' | 'after'
const cuts: readonly Cut[] = ['before', 'after']

/** The n-th write of messages (from 1) never answers. */
const cutOff = (real: Journal, nth: number, cut: Cut, dead: () => void): Journal => {
  let writes = 0
  const accept: Journal['accept'] = async (entries, also) => {
    if (entries.length === 0 || ++writes !== nth) return real.accept(entries, also)
    if (cut === 'after') await real.accept(entries, also)
    dead()
    return new Promise(() => {})
  }
  return new Proxy(real, {
    get(target, name) {
      if (name === 'accept') return accept
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

interface Life {
  /** Runs until it holds; journals that do real I/O get real time for it. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>
  accepted(): Promise<number>
  crash(): Promise<void>
}

const live = async <A>(
  open: OpenJournal,
  clock: VirtualClock,
  source: Source<A>,
  to: Remote<A, never>,
  cut?: { readonly nth: number; readonly at: Cut },
): Promise<Life & { readonly cut: () => boolean }> => {
  const life = incarnation(clock)
  let wasCut = false
  const real = open(life)
  const journal = cut === undefined ? real : cutOff(real, cut.nth, cut.at, () => (wasCut = true))
  const flows = [flow('f').from(source).to(to).otherwise(byKind())]
  const runtime = createRuntime({ flows, journal, clock: life, log: silentLogger })
  await runtime.start()
  return {
    cut: () => wasCut,
    accepted: async () => counted(await runtime.counts(), 'in'),
    async until(holds) {
      for (let i = 0; i < 10_000; i++) {
        if (await holds()) return
        await clock.advanceBy(1000)
        await systemClock.sleep(i < 20 ? 0 : 1)
      }
      throw new Error('it did not come about')
    },
    async crash() {
      life.kill()
      await real.close()
    },
  }
}

const MINUTE = 60_000
/** What was sent, by what it was about, each key once: a hop that a crash cut off is sent again with its key. */
const sent = <A>(to: Remote<A, never>, what: (a: A) => string): string[] => [
  ...new Map(to.calls.map((c) => [c.key, what(c.input)])).values(),
]

const Item = t.type({ id: t.string, at: t.number })
const byId = (i: t.TypeOf<typeof Item>): string => i.id

export const sourceRestartCases: readonly SourceRestartCase[] = [
  ...cuts.map((at) => ({
    name: `a schedule gives each planned time once when a crash comes ${at} the commit of a run`,
    async run(open: OpenJournal) {
      const clock = virtualClock()
      const start = clock.now()
      const source = () => schedule({ name: 's', every: '1m', missed: 'all', overlap: 'queue' })
      const to = fine<{ at: number }>('to')
      const first = await live(open, clock, source() as never, to, { nth: 3, at })
      await first.until(first.cut)
      await first.crash()
      await clock.advanceBy(2 * MINUTE)
      const second = await live(open, clock, source() as never, to)
      await second.until(() => to.calls.some((c) => c.input.at >= start + 6 * MINUTE))
      const planned = sent(to, (b) => String((b.at - start) / MINUTE))
      deepEqual(planned.slice(0, 6), ['1', '2', '3', '4', '5', '6'])
      await second.crash()
    },
  })),
  {
    name: 'a schedule keeps its queue over a restart',
    async run(open) {
      const clock = virtualClock()
      const start = clock.now()
      const source = () => schedule({ name: 's', every: '1m', overlap: 'queue' })
      const slow = fine<{ at: number }>('to')
      const hold = flow('f').from(source()).delay('held', '5m').to(slow).otherwise(byKind())
      const run = async (until: () => boolean): Promise<void> => {
        const life = incarnation(clock)
        const journal = open(life)
        const runtime = createRuntime({ flows: [hold], journal, clock: life, log: silentLogger })
        await runtime.start()
        for (let i = 0; !until(); i++) {
          ok(i < 10_000, 'it did not come about')
          await clock.advanceBy(2000)
          await systemClock.sleep(i < 20 ? 0 : 1)
        }
        life.kill()
        await journal.close()
      }
      await run(() => clock.now() >= start + 4.5 * MINUTE)
      await run(() => slow.calls.length >= 2)
      deepEqual(
        sent(slow, (b) => String((b.at - start) / MINUTE)),
        ['1', '2'],
      )
    },
  },
  ...cuts.map((at) => ({
    name: `a poll loses and repeats nothing when a crash comes ${at} the commit of a page`,
    async run(open: OpenJournal) {
      const clock = virtualClock()
      const cursors: (number | undefined)[] = []
      const source = () =>
        poll({
          name: 'p',
          every: '10s',
          decode: Item,
          cursor: t.number,
          id: byId,
          fetch(cursor) {
            cursors.push(cursor)
            const from = cursor ?? 0
            return { items: from < 5 ? [{ id: `i${from}`, at: from }] : [], cursor: Math.min(5, from + 1) }
          },
        })
      const to = fine<t.TypeOf<typeof Item>>('to')
      const first = await live(open, clock, source(), to, { nth: 3, at })
      await first.until(first.cut)
      await first.crash()
      const second = await live(open, clock, source(), to)
      await second.until(() => cursors.at(-1) === 5 && sent(to, byId).length === 5)
      deepEqual(sent(to, byId).sort(), ['i0', 'i1', 'i2', 'i3', 'i4'])
      equal(await second.accepted(), 5)
      // What was committed is not asked for again.
      equal(cursors.filter((c) => c === 2).length, at === 'before' ? 2 : 1)
      await second.crash()
    },
  })),
  {
    name: 'a poll remembers over a restart what it saw at the newest time',
    async run(open) {
      const clock = virtualClock()
      let polls = 0
      const all = [
        { id: 'a', at: 10 },
        { id: 'b', at: 10 },
      ]
      const source = () =>
        poll({
          name: 'p',
          every: '10s',
          decode: Item,
          id: byId,
          time: (i) => i.at,
          lookback: '5ms',
          fetch: (_none, ctx) => (polls++, { items: all.filter((i) => i.at >= (ctx.since ?? 0)) }),
        })
      const to = fine<t.TypeOf<typeof Item>>('to')
      const first = await live(open, clock, source(), to)
      await first.until(() => to.calls.length === 2)
      await first.crash()
      all.push({ id: 'c', at: 10 }, { id: 'late', at: 6 }, { id: 'too late', at: 4 })
      const second = await live(open, clock, source(), to)
      const before = polls
      await second.until(async () => polls >= before + 2 && to.calls.length >= 4)
      deepEqual(sent(to, byId).sort(), ['a', 'b', 'c', 'late'])
      equal(await second.accepted(), 4)
      await second.crash()
    },
  },
  ...cuts.map((at) => ({
    name: `a poll tells each deletion once when a crash comes ${at} the commit of one`,
    async run(open: OpenJournal) {
      const clock = virtualClock()
      const all = new Set(Array.from({ length: 20 }, (_, i) => `i${i}`))
      const source = () =>
        poll({
          name: 'p',
          every: '10s',
          decode: Item,
          id: byId,
          fetch: () => ({ items: [...all].map((id) => ({ id, at: 1 })) }),
          deletions: { every: '1m', ids: () => [...all], most: 1 },
        })
      const to = fine<{ change: string; id?: string; item?: { id: string } }>('to')
      const what = (c: { change: string; id?: string; item?: { id: string } }): string =>
        c.change === 'item' ? `+${c.item!.id}` : `-${c.id}`
      // The first write is the page, the others are deletions.
      const first = await live(open, clock, source() as never, to, { nth: 3, at })
      await first.until(() => to.calls.length === 20)
      for (const id of [...all].slice(0, 12)) all.delete(id)
      await first.until(first.cut)
      await first.crash()
      const second = await live(open, clock, source() as never, to)
      await second.until(() => sent(to, what).length === 32)
      const gone = Array.from({ length: 12 }, (_, i) => `-i${i}`)
      deepEqual(
        sent(to, what)
          .filter((m) => m.startsWith('-'))
          .sort(),
        gone.sort(),
      )
      equal(await second.accepted(), 32)
      await second.crash()
    },
  })),
]
