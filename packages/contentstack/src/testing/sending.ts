import { millis, seededRandom, type Clock, type Duration, type Random } from '@xconnector/core'
import type { FakeEvent } from './fake-event.js'
import type { RequestOptions } from './webhook-request.js'

/** How events are sent. */
export interface SendOptions extends RequestOptions {
  /** What sends. Default: the platform's `fetch`. An ingress has one: `hooks.fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Which share of the events is sent twice, with the same bytes. `true`: all. Default 0. */
  readonly twice?: boolean | number
  /** `as-is` (default); `shuffled`; `late`: a third of them comes after all others. */
  readonly order?: 'as-is' | 'shuffled' | 'late'
  /** Of order and repeats. Default: seeded with 1. */
  readonly random?: Random
  /** How many are under way at a time. Default 1. */
  readonly concurrency?: number
  /**
   * How long after a try in vain (no answer in 30 s, or another status than 2xx) the next one follows. Default: no retries.
   * Contentstack's own are `['5s', '25s', '125s', '625s']`.
   */
  readonly retries?: readonly Duration[]
  readonly signal?: AbortSignal
}

/** What became of one delivery. */
export interface Delivery {
  readonly event: FakeEvent
  /** The last answer's; 0 when there was none. */
  readonly status: number
  readonly tries: number
}

const PATIENCE_MS = 30_000
const LATE = 1 / 3

/** Sends events as a webhook does, and resolves when all of them are answered or given up. */
export const sendAll = async (
  events: readonly FakeEvent[],
  options: SendOptions,
  clock: Clock,
  request: (event: FakeEvent, options: RequestOptions) => Request,
): Promise<readonly Delivery[]> => {
  const random = options.random ?? seededRandom(1)
  const queue = ordered(repeated(events, options.twice, random), options.order ?? 'as-is', random)
  const outcomes: Delivery[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < queue.length && options.signal?.aborted !== true) {
      const i = next++
      const event = queue[i]!
      outcomes[i] = await deliver(event, request(event, options), options, clock)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency ?? 1) }, work))
  return outcomes
}

const deliver = async (
  event: FakeEvent,
  request: Request,
  { fetch = globalThis.fetch, retries = [], signal }: SendOptions,
  clock: Clock,
): Promise<Delivery> => {
  for (let tries = 1; ; tries++) {
    const status = await tried(request.clone(), fetch, clock)
    const wait = retries[tries - 1]
    if ((status >= 200 && status < 300) || wait === undefined || signal?.aborted === true)
      return { event, status, tries }
    await clock.sleep(millis(wait, 'send retries'), signal).catch(() => {})
  }
}

const tried = async (
  request: Request,
  fetch: (request: Request) => Promise<Response>,
  clock: Clock,
): Promise<number> => {
  const patience = new AbortController()
  const cancel = clock.after(PATIENCE_MS, () => patience.abort(), { background: true })
  try {
    const response = await fetch(new Request(request, { signal: patience.signal }))
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  } finally {
    cancel()
  }
}

const repeated = (
  events: readonly FakeEvent[],
  twice: boolean | number | undefined,
  random: Random,
): readonly FakeEvent[] => {
  const share = Number(twice ?? 0)
  return events.flatMap((event) => (random.next() < share ? [event, event] : [event]))
}

const ordered = (
  events: readonly FakeEvent[],
  order: NonNullable<SendOptions['order']>,
  random: Random,
): readonly FakeEvent[] => {
  if (order === 'as-is') return events
  const drawn = events.map((event) => ({ event, at: random.next() }))
  if (order === 'late')
    return [...drawn.filter((d) => d.at >= LATE), ...drawn.filter((d) => d.at < LATE)].map((d) => d.event)
  return drawn.sort((a, b) => a.at - b.at).map((d) => d.event)
}
