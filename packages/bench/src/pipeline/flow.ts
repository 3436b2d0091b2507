import {
  createDestination,
  DecodeFailed,
  flow,
  left,
  right,
  target,
  type FlowOptions,
  type Source,
  type Target,
} from '@xconnector/core'
import type { Entry } from '../entries/entry.ts'
import { deliver, enrich, isEntry, keep, map, type Enriched } from './family.ts'

const entries: Source<Entry, Entry> = {
  name: 'entries',
  single: false,
  decode: (raw) =>
    isEntry(raw) ? right(raw) : left(new DecodeFailed([{ path: [], message: 'not an entry' }])),
  start: () => ({ stop() {} }),
}

const OK = { result: right(undefined), seen: { as: 'ok' } } as const

/** A target of a destination: its slot is taken and given back around each call. */
const limited = target<Enriched, undefined, never, 'idempotent'>({
  name: 'sink_K',
  destination: createDestination({ name: 'site_K' }),
  effect: 'idempotent',
  async call(body) {
    deliver(body)
    return OK
  },
})

/** The same without a limit, as the peers have none. */
const plain: Target<Enriched, undefined> = {
  ...limited,
  async run(body) {
    deliver(body)
    return OK.result
  },
}

const steps = (
  sink: Target<Enriched, undefined>,
  options?: FlowOptions,
): ((raw: Entry) => Promise<unknown>) => {
  const articles = flow('articles_K', options)
    .from(entries)
    .map('article', map)
    .filter('published', keep)
    .map('enriched', enrich)
    .to(sink)
  return (raw) => articles.call(raw)
}

/** The same five steps as an open flow. */
export const call: (raw: Entry) => Promise<unknown> = steps(plain)

/** The flow with somebody listening. */
export const heard = (options: FlowOptions): ((raw: Entry) => Promise<unknown>) => steps(plain, options)

/** The flow with a destination that counts its calls. */
export const counted: (raw: Entry) => Promise<unknown> = steps(limited)
