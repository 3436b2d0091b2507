import type { Claimed, Journal, Settlement } from '@xconnector/core'

/** The flow that is measured: accept, one pure hop that emits three entries, three hops with an effect each. */
export const FLOW = 'bench'
export const BRANCHES: readonly string[] = ['b1', 'b2', 'b3']
const HOPS: readonly string[] = [...BRANCHES, 'in']
const CONCURRENCY = 64

const TEXT = 'x'.repeat(420)

/** A body of 1 KB. */
export const bodyOf = (i: number): string =>
  JSON.stringify({
    uid: `asset-${i}`,
    locale: 'en-us',
    title: `Asset number ${i}`,
    tags: ['a', 'b', 'c'],
    data: { text: TEXT, more: TEXT },
  })

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const settled = async (entry: Claimed): Promise<Settlement> => {
  const done = { lease: entry.lease, as: 'done', why: 'delivered' } as const
  if (entry.hop !== 'in') {
    await turn()
    return done
  }
  const body = JSON.parse(entry.body) as object
  const emit = BRANCHES.map((hop) => ({
    id: `${entry.id}/${hop}`,
    flow: FLOW,
    hop,
    body: JSON.stringify({ ...body, to: hop }),
  }))
  return { ...done, emit }
}

/** Works until `until` messages have been delivered everywhere: settles and claims in the same tick. */
export const work = async (journal: Journal, until: number): Promise<void> => {
  let inHand = 0
  let delivered = 0
  let ended: Settlement[] = []
  let wake: () => void = () => {}
  const run = async (entry: Claimed): Promise<void> => {
    const settlement = await settled(entry)
    ended.push(settlement)
    wake()
  }
  while (delivered < until * HOPS.length) {
    const batch = ended
    ended = []
    const free = CONCURRENCY - inHand + batch.length
    const wants = HOPS.map((hop) => ({ flow: FLOW, hop, max: free }))
    const [, { entries }] = await Promise.all([
      batch.length > 0 ? journal.commit(batch) : undefined,
      journal.claim({ wants, max: free, leaseMs: 30_000 }),
    ])
    delivered += batch.length
    inHand += entries.length - batch.length
    for (const entry of entries) void run(entry)
    if (ended.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve
        if (ended.length > 0) resolve()
        else setTimeout(resolve, 2)
      })
    } else await turn()
  }
}

/** Accepts messages, so many at once; `perSecond` spreads them out. */
export const accept = async (
  journal: Journal,
  messages: number,
  width: number,
  perSecond: number = Infinity,
): Promise<void> => {
  let next = 0
  const start = performance.now()
  const lane = async (): Promise<void> => {
    while (next < messages) {
      const i = next++
      const early = start + (i / perSecond) * 1000 - performance.now()
      if (early > 1) await new Promise((resolve) => void setTimeout(resolve, early))
      const dedupe = { key: `d${i}`, until: Date.now() + 86_400_000 }
      await journal.accept([{ id: `m${i}`, flow: FLOW, hop: 'in', body: bodyOf(i), dedupe }])
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
}
