import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import type { Clock } from '../ports/clock.js'
import { fingerprint } from './fingerprint.js'
import { storedItem, type KnownItem } from './poll-item.js'
import type { PollPosition } from './poll-position.js'
import type { PollSettings } from './poll-settings.js'
import type { SeenItem } from './seen.js'
import type { Incoming } from './source.js'

/** Items that are read before the event loop gets its turn. */
const AT_ONCE = 200

/** A page, read against where the poll stands: what to accept, and where it stands then. */
export interface ReadPage {
  readonly batch: readonly Incoming[]
  /** Of the items in it that say who they are. */
  readonly ids: readonly string[]
  readonly position: PollPosition
  /** Whether anything of the position moved. */
  readonly moved: boolean
  readonly more: boolean
  /** Whether items had to be forgotten that may come again. */
  readonly crowded: boolean
}

interface Raw {
  readonly items: readonly unknown[]
  readonly cursor?: unknown
  readonly more?: unknown
}

/**
 * Reads what `fetch` gave: leaves out what was seen, and moves the position on.
 *
 * @throws what is wrong with the page, of which then nothing is accepted: no items, a cursor that cannot be read back or
 * that goes back, more to come without getting anywhere.
 */
export const readPage = async (
  s: PollSettings,
  at: PollPosition,
  since: number | undefined,
  given: unknown,
  clock: Clock,
): Promise<ReadPage> => {
  const page = checked(given)
  const now = clock.now()
  const cursor = page.cursor === undefined ? at.cursor : await storedCursor(s, at.cursor, page.cursor)
  const batch: Incoming[] = []
  const ids: string[] = []
  // Without times, an item is remembered until a second run in a row did not give it.
  const runs = at.run === undefined && page.items.length > 0 ? at.runs + 1 : at.runs
  const touched = new Map<string, SeenItem>()
  let mark = at.mark ?? -Infinity
  for (const [i, item] of page.items.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await new Promise<void>((resolve) => clock.soon(resolve))
    const { raw, text } = storedItem(item)
    const read = await s.readItem(raw)
    const known = read._tag === 'Right' ? read.right : undefined
    // An item ahead of the clock would hide what comes before it.
    if (known?.time !== undefined) mark = Math.max(mark, Math.min(known.time, now))
    const stamp = s.timed ? (known?.time ?? Math.max(mark, 0)) : runs
    const id = known?.id ?? `poison ${fingerprint(text)}`
    const version = known === undefined ? '' : versionOf(known, text)
    const isOld = touched.has(id) ? touched.get(id)![1] === version : at.seen.has(id, version)
    touched.set(id, [id, version, stamp])
    if (isOld) continue
    if (known !== undefined) ids.push(known.id)
    batch.push({
      ...(s.deletions === undefined ? { raw, text } : { raw: { change: 'item', item: raw } }),
      type: s.type,
      // A fingerprint alone comes again when an item is changed back: that is no repeat.
      ...((known?.version ?? known?.time) !== undefined && { dedupe: dedupeKey(id, version, at.gone) }),
      ...(known?.time !== undefined && { time: known.time }),
      undecodable: 'dead-letter',
    })
  }
  const more = page.more === true
  const turned = JSON.stringify(cursor) !== JSON.stringify(at.cursor)
  if (more && batch.length === 0 && !turned)
    throw new Error(
      'fetch says that there is more, but gave nothing new and the same cursor: it would not end',
    )
  const from = s.timed ? mark - s.lookback : runs - 1
  const wanted = at.seen.with([...touched.values()]).from(from)
  const seen = wanted.newest(s.remember)
  return {
    batch,
    ids,
    position: {
      ...at,
      ...(cursor !== undefined && { cursor }),
      ...(mark !== -Infinity && { mark }),
      run: more ? { since: since ?? null } : undefined,
      seen,
      runs,
    } as PollPosition,
    moved: batch.length > 0 || turned || mark !== (at.mark ?? -Infinity) || more !== (at.run !== undefined),
    more,
    crowded: seen.size < wanted.size,
  }
}

const versionOf = ({ version, time }: KnownItem, text: string): string =>
  version ?? (time === undefined ? '' : `${time} `) + fingerprint(text)

// Where the id ends is said, for ids and versions may have any characters.
const dedupeKey = (id: string, version: string, gone: number): string =>
  `${id.length}\n${id}\n${gone}\n${version}`

const checked = (given: unknown): Raw => {
  const page = given as Partial<Raw> | null | undefined
  if (Array.isArray(page?.items)) return page as Raw
  throw new TypeError(`fetch gave ${given === null ? 'null' : typeof given}, expected { items: [...] }`)
}

const storedCursor = async (s: PollSettings, before: Json | undefined, next: unknown): Promise<Json> => {
  const text = stringify(s.encodeCursor(next))
  if (!('text' in text))
    throw new TypeError(
      `the cursor that fetch gave cannot be stored: ${text.path === '' ? '' : `${text.path}: `}${text.type}; give the option cursor a codec that encodes it`,
    )
  const stored = JSON.parse(text.text) as Json
  const back = await s.readCursor(stored)
  if (back._tag === 'Left')
    throw new TypeError(`the cursor that fetch gave could not be read back: ${back.left.message}`)
  if (before === undefined) return stored
  const was = await s.readCursor(before)
  if (was._tag === 'Right' && (s.compare(back.right, was.right) ?? 0) < 0)
    throw new Error(
      'fetch gave a cursor that goes back; nothing of its page was accepted. If it may, give the poll compare: false',
    )
  return stored
}
