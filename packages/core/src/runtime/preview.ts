import { DecodeFailed } from '../failure/decode-failed.js'
import { failureToJson } from '../failure/to-json.js'
import type { Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import type { Claimed, Found, Journal } from '../ports/journal.js'
import { right } from '../result/result.js'
import { Line, program, TO } from '../run/line.js'
import { run } from '../run/loop.js'
import type { Environment } from '../step/context.js'
import type { Context, Step } from '../step/step.js'
import { opened } from './attempt.js'
import { AttemptContext } from './attempt-context.js'
import { joinedBody } from './joining.js'
import { NodeState } from './node-state.js'
import { openEntry } from './open-entry.js'
import type { Deployed } from './registry.js'

/** What a replay would do, without doing it: reads and pure steps run, the effect does not. */
export interface Preview {
  readonly id: string
  readonly flow: string
  readonly hop: string
  /** The target that would be called; absent when the hop has none, or ends before it. */
  readonly target?: string
  /** What would be sent: the target's own preview where it has one, else its input. */
  readonly sends?: Json
  /** How the hop would end before its effect. */
  readonly ends?: Json
}

/** Runs a dead letter's hop up to its effect. */
export const preview = async (
  env: Environment,
  journal: Journal,
  d: Deployed,
  found: Found,
): Promise<Preview> => {
  const where = { id: found.id, flow: found.flow, hop: d.hop.name }
  const effect = d.hop.effect
  const claimed: Claimed = { ...found, lease: { id: found.id, token: '' }, marks: {} }
  const read = openEntry(found)
  if (read instanceof DecodeFailed) return { ...where, ends: failureToJson(read) }
  const { envelope, body: stored } = read
  const { joining } = d.hop
  const body =
    joining !== undefined && claimed.join !== undefined
      ? joinedBody(joining, claimed)
      : opened(d, envelope, stored)
  if (joining === undefined && body._tag === 'Left') return { ...where, ends: failureToJson(body.left) }
  const input = joining === undefined && body._tag === 'Right' ? body.right : body
  const ctx = new AttemptContext(
    { env, journal, nodes: new NodeState(journal), clock: env.clock, dry: true, arrived: () => {} },
    claimed,
    d.hop,
    envelope,
    stored,
  )
  let sends: Json | undefined
  const instead = (line: Line): Line =>
    new Line(TO, line.name, async (input: unknown) => {
      sends = await sent(line.step, input, ctx)
      return right(undefined)
    })
  const lines = d.hop.program.lines.map((l) => (l === effect ? instead(l) : l))
  const r = await run(program(lines), input, ctx)
  if (sends !== undefined) return { ...where, target: effect!.name, sends }
  if (r._tag === 'Right') return { ...where, ends: { as: 'done' } }
  // What ends a hop without being a failure is data already: filtered, parked.
  return { ...where, ends: r.left instanceof Error ? failureToJson(r.left) : (r.left as Json) }
}

/** What a step would send: its own preview where it has one, else its input. */
export const sent = async (
  step: Step<never, unknown, Tagged> | undefined,
  input: unknown,
  ctx: Context,
): Promise<Json> => {
  if (step?.preview !== undefined) return step.preview(input as never, ctx)
  const s = stringify(input)
  return 'text' in s ? (JSON.parse(s.text) as Json) : `${s.path}: ${s.type}`
}
