import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import { withKind } from '../failure/with-kind.js'
import { hopsOf } from '../plan/ways.js'
import type { End } from '../plan/hop.js'
import { left, right } from '../result/result.js'
import { openItems } from '../run/items.js'
import { isParked } from '../step/is-parked.js'
import type { StateMove } from '../ports/journal.js'
import { asked } from './asked.js'
import { mayRun, runMoves, watchOf } from './batch-run.js'
import { collect, type Sending } from './emit.js'
import { delivered, type Ended } from './ending.js'
import { entryId, rootOf } from './envelope.js'
import type { Judgement, JudgePorts, Trial } from './judge.js'
import { OpenSplit, Undecoded } from './open-split.js'
import { OpenSplitContext } from './split-context.js'
import { itemEmitter } from './split-items.js'
import { placeMove, placeName, placeOf, type SplitPlace } from './split-place.js'

/** The end of a hop that splits, into items that are not joined. */
export type SplitEnd = End & { readonly as: 'split' }

type Place = SplitPlace & { readonly version: number }

/** Text of items in one commit: characters. */
const LARGE = 4_000_000

/** Chunks that may wait before the first hop of their items. */
const CHUNKS_AHEAD = 10

/** How long a message that is ahead of its items waits: milliseconds, doubling while it has to. */
const PAUSE = 100
const PAUSES = 5000

/** How long reading goes on for one commit: milliseconds. */
const LONG = 1000

/**
 * What a message that is split does instead of running its steps: it waits, or goes on with its iteration, which is open
 * already. Undefined: neither.
 */
export const splitFirst = async (ports: JudgePorts, t: Trial, end: SplitEnd): Promise<Ended | undefined> => {
  if (end.join !== undefined) return undefined
  const place = await placeAt(t)
  const wait = (await mayRun(ports, t, end, place)) ?? (await held(ports, t, end, place))
  if (wait !== undefined) return 'outcome' in wait ? right(wait) : wait
  const open = ports.splits.take(t.origin.entry.id, place.at)
  if (open === undefined) return undefined
  try {
    open.ctx.follow(t.ctx)
    open.waited = 0
    return await chunk(ports, t, end, place, open)
  } catch (thrown) {
    open.close()
    return failed(end, thrown)
  }
}

/** Splits a body: opens its iteration, passes over what is committed, and emits the next chunk. */
export const splitUp = async (ports: JudgePorts, t: Trial, end: SplitEnd, body: unknown): Promise<Ended> => {
  const place = await placeAt(t)
  let open: OpenSplit | undefined
  try {
    const total = await end.settings.run?.total?.(body, t.ctx)
    open = await opened(t, end, place, body)
    return await chunk(ports, t, end, place, open, total as number | undefined)
  } catch (thrown) {
    open?.close()
    return failed(end, thrown)
  }
}

const placeAt = async (t: Trial): Promise<Place> => {
  const name = placeName(t.origin.entry.id)
  return placeOf((await asked(t, () => t.ctx.state([name])))[name], t.origin.now)
}

const opened = async (t: Trial, end: SplitEnd, place: Place, body: unknown): Promise<OpenSplit> => {
  const { settings, line } = end
  const ctx = new OpenSplitContext(t.ctx, place.at)
  const items = openItems(await end.each(body, ctx))
  const left = (index: number, why: { readonly issues: unknown }): void =>
    t.ctx.log.warn(`split "${line.name}": row ${index} does not decode and is left out`, {
      issues: why.issues,
    })
  const open = new OpenSplit(ctx, items, settings, place.at, place.skipped, left)
  try {
    if (!settings.seek)
      for (let i = 0; i < place.at; i++) {
        const next = items.next()
        // It has become shorter: there is nothing left to emit.
        if ((next instanceof Promise ? await next : next).done === true) break
      }
    const ahead = open.advance()
    if (ahead instanceof Promise) await ahead
  } catch (thrown) {
    open.close()
    throw thrown
  }
  return open
}

/** One commit: items, and where the message stands after them. */
const chunk = async (
  ports: JudgePorts,
  t: Trial,
  end: SplitEnd,
  place: Place,
  open: OpenSplit,
  total?: number,
): Promise<Ended> => {
  const { origin } = t
  const { id } = origin.entry
  const out: Sending = { entries: [] }
  await fill(t, end, open, out)
  // Given up meanwhile: what it has read is not written.
  if (t.ctx.aborted) throw t.ctx.reason
  const over = open.ahead === undefined
  const after: SplitPlace = { at: open.position, skipped: open.skipped, started: place.started }
  const moves: StateMove[] = [placeMove(id, place.version, over ? undefined : after)]
  if (end.watch !== undefined) moves.push(...(await runMoves(t, end, place, after, over, total ?? open.size)))
  if (!over) {
    ports.splits.put(id, open)
    return right(
      moved(t, { outcome: { as: 'again', at: origin.now, spend: false }, emit: out.entries, moves }),
    )
  }
  if (end.watch !== undefined) out.entries.push(watchOf(t, end.watch, after))
  const bad = collect(origin, end.after, { sent: true }, {}, out)
  if (bad !== undefined) return left({ line: end.line, failure: bad })
  return right(moved(t, { ...delivered(t, out), moves }))
}

/** Emits items until the chunk is full, large, or took long. Rejects with what keeps it from being written. */
const fill = async (t: Trial, end: SplitEnd, open: OpenSplit, out: Sending): Promise<void> => {
  const emitItem = itemEmitter(t, end, out)
  const { clock } = t.ctx
  const until = clock.now() + LONG
  let size = 0
  for (let n = 0; open.ahead !== undefined && n < end.settings.chunk && size < LARGE; n++) {
    const row = open.ahead
    const next = open.advance()
    if (next instanceof Promise) {
      await next
      if (t.ctx.aborted) break
      if (clock.now() > until) n = end.settings.chunk
    }
    const last = open.ahead === undefined
    const before = out.entries.length
    const bad = emitItem(row, last ? row.index + 1 : open.size, last)
    if (bad !== undefined) throw bad
    for (let i = before; i < out.entries.length; i++) size += out.entries[i]!.body.length
  }
}

const moved = (t: Trial, j: Judgement): Judgement => {
  t.ctx.assume(j.moves!)
  return j
}

/** Whether the items emitted so far keep a message from being split further; gives what to do instead. */
const held = async (ports: JudgePorts, t: Trial, end: SplitEnd, place: Place): Promise<Ended | undefined> => {
  const { settings } = end
  if (settings.stop && place.at > 0) {
    const dead = await deadItem(ports, t, end)
    if (dead !== undefined) return left({ line: end.line, failure: dead })
  }
  if (place.at < CHUNKS_AHEAD * settings.chunk || end.item.as === 'delay') return undefined
  const hops = hopsOf(end.item)
  const counts = await asked(t, () => ports.journal.admin.counts())
  const { flow } = t.origin.entry
  let waiting = 0
  for (const c of counts)
    if (c.what === 'waiting' && c.flow === flow && hops.includes(c.hop)) waiting = Math.max(waiting, c.n)
  if (waiting <= CHUNKS_AHEAD * settings.chunk) return undefined
  const times = ports.splits.waited(t.origin.entry.id) ?? 4
  const pause = Math.min(PAUSES, PAUSE * 2 ** (times - 1))
  return right({ outcome: { as: 'again', at: t.origin.now + pause, spend: false } })
}

const deadItem = async (ports: JudgePorts, t: Trial, end: SplitEnd): Promise<StepFailed | undefined> => {
  const { entry, envelope } = t.origin
  const root = rootOf(entry.id)
  const below = `${entryId(root, end.path, envelope.items)}/`
  const dead = await asked(t, () => ports.journal.admin.find({ root, state: 'dead', limit: 1000 }))
  const first = dead.find((f) => f.id.startsWith(below))
  return first === undefined
    ? undefined
    : new StepFailed(
        end.line.name,
        undefined,
        `split "${end.line.name}": it stops at a failure, and "${first.id}" is a dead letter; replay that, then this`,
      )
}

const failed = (end: SplitEnd, thrown: unknown): Ended =>
  left({ line: end.line, failure: failureOf(end, thrown) })

// What its rows come from may be parked, or in trouble that passes: a stream that breaks can only throw.
const failureOf = (end: SplitEnd, thrown: unknown): Tagged => {
  if (thrown instanceof Undecoded) return thrown.failure
  if (thrown instanceof StepFailed || isParked(thrown)) return thrown
  const failure = new StepFailed(end.line.name, thrown)
  return isFailure(thrown) && thrown.kind === 'transient' ? withKind(failure, 'transient') : failure
}
