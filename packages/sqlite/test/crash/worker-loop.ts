import type { Claimed, Journal, Lease, NewEntry } from '@xconnector/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hooks } from './hooks.ts'
import { LineLog } from './line-log.ts'
import { files, FLOW, type Part, RECEIVERS } from './plan.ts'

// What has begun goes first.
const HOPS: readonly string[] = [...RECEIVERS, 'in']

/**
 * The least that works on a journal: claims, runs, settles, extends. Its log of hands says what it holds: `+` taken,
 * `=` settled, `!` lost to somebody else.
 */
export const work = async (
  part: Part,
  journal: Journal,
  hooks: Hooks,
  ending: AbortSignal,
): Promise<void> => {
  const { leaseMs, concurrency } = part
  const place = files(part.directory)
  const hands = new LineLog(place.hands(part.name))
  const receivers = new Map(RECEIVERS.map((name) => [name, new LineLog(place.effects(name))]))
  const held = new Map<string, Lease>()

  const emitted = (entry: Claimed): readonly NewEntry[] =>
    RECEIVERS.map((hop) => ({ id: `${entry.id}/${hop}`, flow: FLOW, hop, body: entry.body }))

  const run = async (entry: Claimed): Promise<void> => {
    await sleep(hooks.handMs)
    const { message } = JSON.parse(entry.body) as { message: string }
    // An effect carries its idempotency key, which is the entry's id, and says which message it was for.
    await receivers.get(entry.hop)?.durably(`${entry.id} ${message}`)
    const done = { lease: entry.lease, as: 'done', why: 'delivered' } as const
    const judged = await hooks.settle(entry.hop === 'in' ? { ...done, emit: emitted(entry) } : done)
    hands.write(`${judged === 'fenced' ? '!' : '='} ${entry.id}`)
    held.delete(entry.id)
  }

  const extend = setInterval(() => {
    if (held.size > 0) void journal.extend([...held.values()], leaseMs).catch(() => {})
  }, leaseMs / 4)

  while (!ending.aborted) {
    const max = concurrency - held.size
    const wants = HOPS.map((hop) => ({ flow: FLOW, hop, max }))
    const entries = max > 0 ? (await journal.claim({ wants, max, leaseMs })).entries : []
    for (const entry of entries) {
      hands.write(`+ ${entry.id}`)
      held.set(entry.id, entry.lease)
      void run(entry)
    }
    if (entries.length === 0) await sleep(10)
  }
  while (held.size > 0) await sleep(5)
  clearInterval(extend)
}
