import { describe, expect, test } from 'vitest'
import { progressBar, type ProgressLike, type ProgressStream } from '../../src/patterns/progress-bar.js'
import { virtualClock } from '../../src/testing/index.js'

const at = (done: number, more: Partial<ProgressLike> = {}): ProgressLike => ({
  started: 0,
  read: done,
  done,
  dead: 0,
  waiting: 0,
  rate: 10,
  ...more,
})
const stream = (tty: boolean, columns = 80): ProgressStream & { readonly written: string[] } => {
  const written: string[] = []
  return { isTTY: tty, columns, written, write: (text) => written.push(text) }
}
const clockAt0 = () => {
  const clock = virtualClock()
  const start = clock.now()
  return { clock, now: { ...clock, now: () => clock.now() - start, after: clock.after.bind(clock) } }
}

describe('progressBar', () => {
  test('draws one line over and over on a terminal, and leaves the last standing', async () => {
    const { clock, now } = clockAt0()
    const out = stream(true, 100)
    const states = [at(0, { total: 1000 }), at(250, { total: 1000 }), at(999, { total: 1000, dead: 1 })]
    let asked = 0
    const bar = progressBar({
      name: 'import',
      poll: () => states[Math.min(asked++, 2)],
      stream: out,
      clock: now,
    })
    await clock.advanceBy(200)
    await bar.stop()
    expect(out.written).toEqual([
      '\rimport  ────────────────────────   0 %  0 of 1,000  10/s  1 min 40 s left\u001B[K',
      '\rimport  ━━━━━━──────────────────  25 %  250 of 1,000  10/s  1 min 15 s left\u001B[K',
      '\rimport  ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  1,000 of 1,000  1 dead  10/s  0 s so far\u001B[K',
      '\n',
    ])
  })

  test('without a terminal says a plain line now and then, never the same twice', async () => {
    const { clock, now } = clockAt0()
    const out = stream(false)
    let asked = 0
    const bar = progressBar({ poll: () => at(asked++ === 0 ? 5 : 7, { rate: 0 }), stream: out, clock: now })
    await clock.advanceBy(30_000)
    await bar.stop()
    await clock.advanceBy(60_000)
    expect(out.written).toEqual(['5  0/s  0 s so far\n', '7  0/s  30 s so far\n'])
  })

  test.each([
    [at(1, { total: 4, rate: 0.001 }), '25 %  1 of 4  0/s  50 min 0 s left'],
    [at(1, { total: 3, rate: 0.26 }), '33 %  1 of 3  0.3/s  8 s left'],
    [at(1, { total: 73_001, rate: 1 }), '0 %  1 of 73,001  1/s  20 h 16 min left'],
    [at(0, { total: 0 }), '100 %  0 of 0  10/s  0 s so far'],
    [at(3, { total: 4, dead: 1, report: { took: 61_000 } }), '100 %  4 of 4  1 dead  10/s  in 1 min 1 s'],
    [at(9, { total: 3 }), '100 %  9 of 3  10/s  0 s so far'],
    [at(1, { started: 3_600_000 }), '1  10/s  0 s so far'],
    [at(Number.NaN, { rate: Number.NaN }), '0  0/s  0 s so far'],
  ])('shows %j', async (progress, line) => {
    const out = stream(false)
    await progressBar({ poll: () => progress, stream: out, clock: clockAt0().now }).stop()
    expect(out.written).toEqual([`${line}\n`])
  })

  test('says nothing while nothing runs', async () => {
    const out = stream(true)
    await progressBar({ poll: () => undefined, stream: out, clock: clockAt0().now }).stop()
    expect(out.written).toEqual([])
  })

  test('a poll that throws or rejects is shown, and asked again', async () => {
    const { clock, now } = clockAt0()
    const out = stream(false)
    let asked = 0
    const bar = progressBar({
      poll: () => {
        asked++
        if (asked === 1) throw new Error('locked')
        return asked === 2 ? Promise.reject(new Error('busy\u001B[2J')) : at(3)
      },
      stream: out,
      clock: now,
      every: '1s',
    })
    await clock.advanceBy(2000)
    await bar.stop()
    expect(out.written).toEqual([
      'how far it is, is not known: locked\n',
      'how far it is, is not known: busy [2J\n',
      '3  10/s  2 s so far\n',
    ])
  })

  test('a stream that breaks breaks nothing else', async () => {
    const { clock, now } = clockAt0()
    const broken: ProgressStream = {
      write() {
        throw new Error('EPIPE')
      },
    }
    const bar = progressBar({ poll: () => at(1), stream: broken, clock: now })
    await clock.advanceBy(60_000)
    await expect(bar.stop()).resolves.toBeUndefined()
  })

  test('stays on one line of a narrow terminal, whatever its name says', async () => {
    const out = stream(true, 20)
    const bar = progressBar({
      name: 'evil\u001B[2J\nname',
      poll: () => at(5, { total: 10 }),
      stream: out,
      clock: clockAt0().now,
    })
    await bar.stop()
    expect(out.written[0]).toBe('\revil [2J name  ━━━━\u001B[K')
  })

  test('a poll that takes long is not asked a second time, and stop waits for it', async () => {
    const { clock, now } = clockAt0()
    const out = stream(false)
    const answers: ((progress: ProgressLike) => void)[] = []
    const bar = progressBar({
      poll: () => new Promise<ProgressLike>((resolve) => answers.push(resolve)),
      stream: out,
      clock: now,
    })
    await clock.advanceBy(120_000)
    expect(answers.length).toBe(1)
    const stopped = bar.stop()
    answers[0]!(at(1))
    await Promise.resolve()
    while (answers.length < 2) await Promise.resolve()
    answers[1]!(at(2))
    await stopped
    expect(out.written).toEqual(['1  10/s  2 min 0 s so far\n', '2  10/s  2 min 0 s so far\n'])
  })
})
