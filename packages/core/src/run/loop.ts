import { isFailure, type Tagged } from '../failure/failure.js'
import type { Filtered } from '../failure/filtered.js'
import { StepFailed } from '../failure/step-failed.js'
import { left, right, type May, type Result } from '../result/result.js'
import { undecodable } from '../source/decode.js'
import { sendable } from './effect.js'
import {
  DECODE,
  FILTER,
  MAP,
  ON,
  RECOVER,
  TAP,
  TO,
  type Line,
  type Program,
  type RunContext,
} from './line.js'
import type { Odd } from './straight.js'

type Ended = Result<unknown, unknown>

/**
 * Runs a program over a body: synchronous until a step gives a promise. The one hot file, shared by calls and attempts.
 * A function is called on what it is a method of: of its line it is none.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export const run = (p: Program, input: any, ctx: RunContext, from = 0): May<Ended> => {
  const { lines, n } = p
  let v = input
  let i = from
  try {
    for (; i < n; i++) {
      const line = lines[i]!
      const code = line.code
      if (code >= RECOVER) continue
      if (code === TO) ctx.at = line.name
      const r = line.fn.call(line.self, v, ctx)
      if (code === MAP) {
        // `instanceof` first: looking up `then` on bodies of many shapes is the dearer test.
        if (r !== null && typeof r === 'object') {
          if (r instanceof Promise) return rest(p, i, v, r, ctx)
          if (r instanceof Error) {
            if (isFailure(r)) return fail(p, i, r, ctx)
          } else if (typeof r.then === 'function') return rest(p, i, v, r, ctx)
        }
        v = r
      } else if (code === FILTER) {
        if (r === true) continue
        if (r === false) return filtered(line, ctx)
        return rest(p, i, v, r, ctx)
      } else if (code !== TAP) {
        if (r._tag === 'Right') v = code === TO ? after(line, v, r.right) : r.right
        else if (r._tag === 'Left') return fail(p, i, r.left, ctx)
        else return rest(p, i, v, r, ctx)
      }
    }
    return right(v)
  } catch (thrown) {
    return fail(p, i, threw(lines[i]!, thrown), ctx)
  }
}

// The asynchronous half: line `i` gave the promise `r` for the value `v`.
const rest = (p: Program, i: number, v: unknown, r: unknown, ctx: RunContext): Promise<Ended> =>
  r instanceof Promise && i + 1 === p.n && !p.handles ? last(p, i, v, r, ctx) : further(p, i, v, r, ctx)

// The last line is mostly a target's, and mostly the only asynchronous one: without an async function it costs less.
const last = (p: Program, i: number, v: unknown, r: Promise<unknown>, ctx: RunContext): Promise<Ended> =>
  r.then(
    (got) => lastGave(p, i, v, got, ctx),
    (thrown) => lastThrew(p, i, thrown, ctx),
  )

const lastGave = (p: Program, i: number, v: unknown, got: unknown, ctx: RunContext): Ended => {
  const line = p.lines[i]!
  try {
    const end = taken(line, v, got, ctx)
    return over(p, ctx, end._tag === 'Left' && line.code !== FILTER ? unhandled(p, i, end.left, ctx) : end)
  } catch (thrown) {
    return lastThrew(p, i, thrown, ctx)
  }
}

const lastThrew = (p: Program, i: number, thrown: unknown, ctx: RunContext): Ended =>
  over(p, ctx, unhandled(p, i, threw(p.lines[i]!, thrown), ctx))

// A program without handlers fails at once.
const unhandled = (p: Program, at: number, e: unknown, ctx: RunContext): Ended => fail(p, at, e, ctx) as Ended

const further = async (p: Program, i: number, v: unknown, r: unknown, ctx: RunContext): Promise<Ended> => {
  const { lines, n } = p
  try {
    for (;;) {
      const line = lines[i]!
      const end = taken(line, v, await r, ctx)
      if (end._tag === 'Left')
        return line.code === FILTER ? over(p, ctx, end) : await failLater(p, i, end.left, ctx)
      v = end.right
      do i++
      while (i < n && lines[i]!.code >= RECOVER)
      if (i >= n) return over(p, ctx, right(v))
      const next = lines[i]!
      if (next.code === TO) ctx.at = next.name
      r = next.fn.call(next.self, v, ctx)
    }
  } catch (thrown) {
    return await failLater(p, i, threw(lines[i]!, thrown), ctx)
  }
}

// What a line makes of what its promise gave: the value to go on with on the right, else how the run ends.
const taken = (line: Line, v: unknown, got: unknown, ctx: RunContext): Ended => {
  const code = line.code
  if (code === FILTER) return got ? right(v) : filtered(line, ctx)
  if (code === MAP || code === RECOVER) return isFailure(got) ? left(got) : right(got)
  if (code === TAP) return right(v)
  const result = got as Ended
  if (result._tag !== 'Right' && result._tag !== 'Left')
    throw new TypeError('it gave no result: expected left(failure) or right(body)')
  return code === TO && result._tag === 'Right' ? right(after(line, v, result.right)) : result
}

// A throw of a user's function is a failure of its step.
const threw = (line: Line, thrown: unknown): Tagged =>
  line.code === DECODE ? undecodable(thrown) : new StepFailed(line.name, thrown)

const after = (line: Line, body: unknown, reply: unknown): unknown => {
  const into = line.into
  return into === undefined ? body : into(body, reply)
}

const filtered = (line: Line, ctx: RunContext): Ended => {
  ctx.failed = undefined
  const end: Filtered = { _tag: 'Filtered', step: line.name }
  return left(end)
}

const failLater = async (p: Program, at: number, e: unknown, ctx: RunContext): Promise<Ended> => {
  const r = fail(p, at, e, ctx)
  // A recovered run that went on asynchronously has told its end itself.
  return r instanceof Promise ? await r : over(p, ctx, r)
}

// A failure looks for a `recover` below; an `on` of its tag stands before any later one.
const fail = (p: Program, at: number, failure: unknown, ctx: RunContext): May<Ended> => {
  const e = p.lines[at]!.code === TO ? sendable(failure) : failure
  if (p.handles)
    for (let j = at + 1; j < p.n; j++) {
      const line = p.lines[j]!
      if (line.code < RECOVER || line.tag !== (e as { _tag: string })._tag) continue
      // A nested program's route stands before whatever recovers outside of it.
      if (ctx.routed === true) break
      if (line.code === ON) {
        ctx.routed = true
        break
      }
      ctx.failed = undefined
      let r: unknown
      try {
        r = line.fn.call(undefined, e, ctx)
      } catch (thrown) {
        return fail(p, j, new StepFailed(line.name, thrown), ctx)
      }
      return rest(p, j, undefined, r, ctx)
    }
  // A nested program has said already where it failed.
  ctx.failed ??= p.lines[at]!
  return left(e)
}

const over = (p: Program, ctx: RunContext, r: Ended): Ended => {
  // What a nested run says of its end is not the end of the call.
  if (ctx.ended !== undefined && !p.nested) ctx.ended(r)
  return r
}

/** What a program written out straight leaves to the loop. */
export const odd: Odd = { rest, fail, filtered, threw, isFailure }
