import { seededRandom, systemClock, uuidv7 } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import type { Sample } from '../harness/sample.ts'
import { commitsOf } from './commits.ts'
import { freshFile } from './disk.ts'
import { inFlight, seconds } from './in-flight.ts'
import { texts } from './message.ts'

const DAY = 86_400_000

/** Accepts through the journal port: what a 202 waits for. */
export const accepting = async (
  n: number,
  width: number,
  how: { readonly dedupe: boolean; readonly thread: 'worker' | 'main' },
): Promise<Sample> => {
  const file = freshFile('accept')
  const journal = sqlite({ file, thread: how.thread })
  await journal.open([{ flow: 'assets', hop: 'first' }])
  const ids = uuidv7(systemClock, seededRandom(1))
  const until = systemClock.now() + DAY
  const accept = (i: number): Promise<unknown> =>
    journal.accept([
      {
        id: ids.next(),
        flow: 'assets',
        hop: 'first',
        body: texts[i % texts.length]!,
        // Spread over the whole range, as the ids of senders are.
        ...(how.dedupe && { dedupe: { key: `hook-${(i * 7919) % 1_000_003}-${i}`, until } }),
      },
    ])
  await inFlight(n / 10, width, (i) => accept(n + i))
  const before = commitsOf(file)
  const took = await seconds(() => inFlight(n, width, accept))
  const commits = commitsOf(file) - before
  await journal.close()
  return { 'per s': n / took, 'commits each': commits / n }
}
