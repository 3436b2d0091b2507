import type { Setting } from '../config/setting.js'
import type { AnyDecoder, Decoded } from '../decode/decoder.js'
import { DecodeFailed } from '../failure/decode-failed.js'
import type { Json } from '../message/json.js'
import { left, right, type May, type Result } from '../result/result.js'
import type { Change } from './change.js'
import { LivePoll } from './live-poll.js'
import type { KnownItem } from './poll-item.js'
import type { Deletions, NoCursor, PollOptions } from './poll-options.js'
import { checkPoll, type AnyPollOptions, type PollSettings } from './poll-settings.js'
import type { Source } from './source.js'

/**
 * A source that asks a remote for what is new: the polling consumer of Enterprise Integration Patterns. Each item becomes
 * a message.
 *
 * It runs in one process at a time. The items of a page, the cursor, and what is remembered of seen items are committed in
 * one transaction: a crash between a fetch and its commit loses nothing and repeats nothing. Items that were seen in the
 * same version are left out, so `fetch` may ask for "at or after" and for a window that overlaps.
 *
 * A fetch that fails or takes too long, a page whose cursor goes back, or that cannot be read, accepts nothing: it is told
 * in the log, and polled again later. An item that does not decode, or whose `id`, `version` or `time` throws, is a dead
 * letter (`DecodeFailed`) and holds up nothing. A stored cursor that its decoder refuses rejects the start of the runtime.
 *
 * With `deletions`, the ids are listed from time to time, and an id that vanished becomes a message of type `deleted`.
 *
 * @throws TypeError that names the poll and the option at fault.
 */
export function poll<const D extends AnyDecoder, const C extends AnyDecoder = NoCursor>(
  options: PollOptions<D, C> & { readonly deletions: Deletions },
): Source<Change<Decoded<D>>>
export function poll<const D extends AnyDecoder, const C extends AnyDecoder = NoCursor>(
  options: PollOptions<D, C> & { readonly deletions?: undefined },
): Source<Decoded<D>>
export function poll(
  options: AnyPollOptions & { readonly settings?: readonly Setting<unknown>[] | undefined },
): Source<unknown> {
  const settings = checkPoll(options)
  return {
    name: settings.name,
    single: true,
    ...(options.settings && { settings: options.settings }),
    decode:
      settings.deletions === undefined ? (raw) => itemOf(settings, raw) : (raw) => changeOf(settings, raw),
    async start(intake) {
      const live = new LivePoll(settings, intake)
      await live.begin()
      return live
    },
  }
}

type Read = May<Result<DecodeFailed, unknown>>

const itemOf = (s: PollSettings, raw: Json): Read => {
  const plain = (r: Result<DecodeFailed, KnownItem>): Result<DecodeFailed, unknown> =>
    r._tag === 'Left' ? r : right(r.right.item)
  const r = s.readItem(raw)
  return r instanceof Promise ? r.then(plain) : plain(r)
}

const changeOf = (s: PollSettings, raw: Json): Read => {
  const r = raw as { readonly change?: unknown; readonly item?: Json; readonly id?: unknown } | null
  if (r?.change === 'deleted' && typeof r.id === 'string') return right({ change: 'deleted', id: r.id })
  if (r?.change !== 'item' || r.item === undefined)
    return left(
      new DecodeFailed([
        { path: ['change'], message: "expected 'item' with an item, or 'deleted' with an id" },
      ]),
    )
  const changed = (read: Result<DecodeFailed, unknown>): Result<DecodeFailed, unknown> =>
    read._tag === 'Left' ? read : right({ change: 'item', item: read.right })
  const read = itemOf(s, r.item)
  return read instanceof Promise ? read.then(changed) : changed(read)
}
