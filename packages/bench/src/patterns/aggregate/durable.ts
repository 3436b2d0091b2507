import { setTimeout as sleep } from 'node:timers/promises'
import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  right,
  target,
  type Incoming,
  type Intake,
  type Json,
  type Source,
  type Target,
} from '@xconnector/core'
import { aggregate, aggregateEach, type Joined } from '@xconnector/core/patterns'
import { sqlite } from '@xconnector/sqlite'
import type { Sample } from '../../harness/sample.ts'
import { commitsOf } from '../../journal/commits.ts'
import { freshFile } from '../../journal/disk.ts'
import { inFlight, seconds } from '../../journal/in-flight.ts'
import { messages } from '../../journal/message.ts'

type Item = { readonly key: string; readonly n: number; readonly of: Json }
type Page = { readonly items: readonly Item[] }

const KEYS = 10
const SIZE = 100
/** Items of one accept. */
const AT_ONCE = 500
/** Items of one message, where messages carry many. */
const PAGE = 100
/** Accepts in flight. */
const ACCEPTS = 4
/** Attempts in flight of a hop. */
const IN_FLIGHT = 256

/** What becomes of a group, and how items come: each a message of its own, or a hundred in a message. */
export interface Shape {
  readonly as: 'lists' | 'folds'
  readonly come: 'alone' | 'in pages'
}

/**
 * Items of 1 KB of ten keys, accepted 500 at once, aggregated by hundreds, each group delivered to a target that does
 * nothing: items a second, from the first accept to the last delivery, both included.
 */
export const durable = async ({ as, come }: Shape, n: number): Promise<Sample> => {
  const file = freshFile('aggregate')
  let intake: Intake | undefined
  let joined = 0
  const feed: Source<Item & Page> = {
    name: 'feed',
    single: false,
    decode: (raw) => right(raw as unknown as Item & Page),
    start(given) {
      intake = given
      return { stop() {} }
    },
  }
  const site: Target<Joined<unknown>, Json> = target<Joined<unknown>, Json, never, 'idempotent'>({
    name: 'site',
    destination: createDestination({ name: 'site', concurrency: 64 }),
    effect: 'idempotent',
    async call(group) {
      joined += group.count
      return { result: right(null), seen: { as: 'ok' } }
    },
  })
  const key = (item: Item): string => item.key
  const into = { start: (item: Item) => item.n, add: (sum: number, item: Item) => sum + item.n }
  const items = (page: Page): readonly Item[] => page.items
  const start = flow('rows').from(feed)
  const lists = { key, size: SIZE }
  const folds = { key, size: SIZE, into }
  const deployed = {
    'lists alone': () => start.through(aggregate('group', lists)).to(site).otherwise(byKind()),
    'folds alone': () => start.through(aggregate('group', folds)).to(site).otherwise(byKind()),
    'lists in pages': () =>
      start
        .through(aggregateEach('group', items, lists))
        .to(site)
        .otherwise(byKind()),
    'folds in pages': () =>
      start
        .through(aggregateEach('group', items, folds))
        .to(site)
        .otherwise(byKind()),
  }[`${as} ${come}` as const]()
  const runtime = createRuntime({
    flows: [deployed],
    journal: sqlite({ file }),
    concurrency: { total: IN_FLIGHT, perHop: IN_FLIGHT },
    maxPending: 1_000_000,
  })
  await runtime.start()
  const feedAll = async (from: number, to: number): Promise<void> => {
    await inFlight((to - from) / AT_ONCE, ACCEPTS, (chunk) =>
      intake!.accept(come === 'alone' ? alone(from + chunk * AT_ONCE) : paged(from + chunk * AT_ONCE)),
    )
    while (joined < to) await sleep(1)
  }
  const warm = KEYS * SIZE * 2
  await feedAll(0, warm)
  const before = commitsOf(file)
  const took = await seconds(() => feedAll(warm, warm + n))
  const commits = commitsOf(file) - before
  await runtime.stop()
  return { 'per s': n / took, 'commits each': commits / n }
}

const itemOf = (n: number): Item => ({ key: `key-${n % KEYS}`, n, of: messages[n % messages.length]! })

const incoming = (raw: Json): Incoming => ({ raw, type: 'rows', undecodable: 'dead-letter' })

const alone = (from: number): readonly Incoming[] =>
  Array.from({ length: AT_ONCE }, (_, i) => incoming(itemOf(from + i)))

const paged = (from: number): readonly Incoming[] =>
  Array.from({ length: AT_ONCE / PAGE }, (_, p) =>
    incoming({ items: Array.from({ length: PAGE }, (_item, i) => itemOf(from + p * PAGE + i)) }),
  )
