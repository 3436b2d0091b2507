import type { May, Result } from '../result/result.js'
import { FILTER, MAP, RECOVER, TAP, TO, type Line, type Program, type RunContext } from './line.js'

/** A program as one function: what `run` does of it from the start. */
export type Straight = (body: unknown, ctx: RunContext) => May<Result<unknown, unknown>>

/** The paths that a straight function leaves to the loop: by the names under which its code calls them. */
export interface Odd {
  rest(p: Program, i: number, v: unknown, r: unknown, ctx: RunContext): unknown
  fail(p: Program, i: number, e: unknown, ctx: RunContext): unknown
  filtered(line: Line, ctx: RunContext): unknown
  threw(line: Line, thrown: unknown): unknown
  isFailure(r: unknown): boolean
}

/**
 * Writes a program out as one straight function, a call site for each line: functions of several flows then do not share
 * one, and the engine can inline them. Undefined where code generation is disallowed. Of the user's text only names get
 * into the code, as JSON.
 */
export const straighten = (p: Program, odd: Odd): Straight | undefined => {
  const lines = p.lines.map((line, i) => (line.code >= RECOVER ? '' : lineCode(line, i))).join('\n')
  const code = `"use strict"; return function flow(v, ctx) { let at = 0, r; try {
${lines}
return { _tag: 'Right', right: v } } catch (thrown) { return odd.fail(p, at, odd.threw(lines[at], thrown), ctx) } }`
  const fns = p.lines.map((_, i) => `f${i}`)
  const selves = p.lines.map((_, i) => `s${i}`)
  try {
    // oxlint-disable-next-line typescript/no-implied-eval
    const make = new Function('p', 'lines', 'odd', ...fns, ...selves, code)
    return make(p, p.lines, odd, ...p.lines.map((l) => l.fn), ...p.lines.map((l) => l.self)) as Straight
  } catch {
    return undefined
  }
}

const lineCode = (line: Line, i: number): string => {
  const call = line.self === undefined ? `f${i}(v, ctx)` : `f${i}.call(s${i}, v, ctx)`
  const rest = `return odd.rest(p, ${i}, v, r, ctx)`
  const at = `at = ${i};${line.code === TO ? ` ctx.at = ${JSON.stringify(line.name)};` : ''} r = ${call};`
  if (line.code === TAP) return at
  if (line.code === FILTER)
    return `${at} if (r !== true) { if (r === false) return odd.filtered(lines[${i}], ctx); ${rest} }`
  if (line.code === MAP)
    return `${at} if (r !== null && typeof r === 'object') { if (r instanceof Promise) ${rest};
if (r instanceof Error) { if (odd.isFailure(r)) return odd.fail(p, ${i}, r, ctx) } else if (typeof r.then === 'function') ${rest} }
v = r;`
  const taken =
    line.code !== TO ? 'v = r.right' : line.into === undefined ? '' : `v = (0, lines[${i}].into)(v, r.right)`
  return `${at} if (r._tag === 'Right') { ${taken} } else if (r._tag === 'Left') return odd.fail(p, ${i}, r.left, ctx); else ${rest};`
}
