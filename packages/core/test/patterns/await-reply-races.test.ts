import { describe, expect, test } from 'vitest'
import { deadLetter, flow, type Deployable } from '../../src/index.js'
import { correlation } from '../../src/patterns/correlation.js'
import { interleavings } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { fine, inputs, type Remote } from '../semantics/remote.js'
import { kept } from './await-reply-support.js'
import { SEEDS } from '../seeds.js'

/** A message asks (`text` left out), or answers. */
interface Note {
  readonly job: string
  readonly text?: string
}
interface Ends {
  readonly took: Remote<{ body: Note; reply: string }, never>
  readonly missed: Remote<{ body: Note; reply: string }, never>
  readonly fates: Remote<{ body: Note; fate: string }, never>
}

/** One flow that asks and answers, so that one source feeds both. */
const both = (withinMs: number, ends: Ends): Deployable => {
  const c = correlation<string>('c', { keep: '10s' })
  return flow('both')
    .input<Note>()
    .choose((o) =>
      o
        .when(
          'ask',
          (n) => n.text === undefined,
          (s) =>
            s
              .through(
                c.wait({
                  id: (n) => n.job,
                  within: `${withinMs}ms`,
                  expired: (body) => ({ body, reply: '' }),
                }),
              )
              .choose((e) => e.when('missed', (r) => r.reply === '', ends.missed).otherwise(ends.took)),
        )
        .otherwise((s) => s.through(c.answer({ id: (n) => n.job, reply: (n) => n.text! })).via(ends.fates)),
    )
    .otherwise(deadLetter())
}

describe('a reply, the end of the time, and crashes, in any order', () => {
  test('exactly one decides, and none is lost', async () => {
    const seen = { took: 0, missed: 0, early: 0, late: 0, repeat: 0 }
    const done = await interleavings(
      { seeds: SEEDS, faults: { crash: 0.01, reject: 0.02, freeze: 0.005, freezeMs: 2000 } },
      async (run) => {
        const ends: Ends = { took: fine('took'), missed: fine('missed'), fates: fine('fates') }
        const keeps = kept()
        await using t = run.testFlow(both(200 + run.below(400), ends), { journal: keeps.journal })
        const send = async (note: Note, at: number): Promise<void> => {
          await run.clock.sleep(at)
          await run.insist(() => t.give(note, { dedupe: `${note.job} ${note.text}` }))
        }
        const sent = Promise.all([
          send({ job: 'a' }, run.below(300)),
          send({ job: 'b' }, run.below(300)),
          send({ job: 'a', text: 'x' }, run.below(900)),
          send({ job: 'a', text: 'y' }, run.below(900)),
        ])
        await t.run(1000)
        await sent
        const r = await t.settle()
        const asked = (to: Ends['took']) => new Set(to.calls.map((c) => c.key)).size
        const [took, missed] = [asked(ends.took), asked(ends.missed)]
        expect([took + missed, r.dead, r.pending, keeps.names()]).toEqual([2, [], 0, []])
        expect(balanced(await t.runtime.counts())).toBe(true)
        const fates = new Map(ends.fates.calls.map((c) => [c.key, c.input.fate]))
        expect(fates.size).toBe(2)
        const told = [...fates.values()]
        // Where a reply was taken, some answer had been told that it was awaited, or early; where none was, none was awaited.
        expect(told.includes('awaited') ? took : 1).toBe(1)
        if (took === 1) {
          seen.took++
          expect(told.some((f) => f === 'awaited' || f === 'early')).toBe(true)
          expect(new Set(inputs(ends.took).map((i) => i.body.job))).toEqual(new Set(['a']))
        } else seen.missed++
        for (const f of told) if (f !== 'awaited') seen[f as 'early']++
      },
    )
    expect(done.seeds).toBe(SEEDS)
    // Every way it may go has been gone.
    expect(Object.values(seen).every((n) => n > 0)).toBe(true)
  }, 60_000)
})
