import { millis } from '../message/duration.js'
import type { FlowNode } from '../flow/node.js'
import { checkFunction, checkName } from '../flow/name.js'
import { compareVersions } from '../journal/version.js'
import type { Duration } from '../message/duration.js'
import type { Context } from '../step/step.js'
import { durableRules, groupNode } from './group/group-node.js'
import type { Joined } from './group/joined.js'

/** When edits of one thing have settled. */
export interface SettleOptions<in A> {
  /** What was edited. */
  readonly key: (body: A, ctx: Context) => string
  /** Settled when so long no edit came. */
  readonly quiet: Duration
  /** Settled so long after the first edit, even if they do not end. */
  readonly most: Duration
  /** The newest edit wins; of equal ones the last that came. Numbers come before texts. Left out: the last that came. */
  readonly version?: (body: A, ctx: Context) => number | string
  /** When the runtime stops: what has not settled stays in the journal (default), or goes on as it is. */
  readonly atStop?: 'keep' | 'complete'
}

/**
 * Settle window: many edits of one thing become one message, with the newest edit as its `value` and how many there were
 * as `count`. An aggregator (EIP) that is complete by silence; also known as a debounce, but durable, and with an end.
 *
 * Failures: `StepFailed` when `key` or `version` throws, or gives what is neither a text nor a number.
 *
 * @throws TypeError that names the option at fault and what was expected.
 * @example
 * flow('publish')
 *   .from(edits)
 *   .through(settleWindow('settled', { key: (e) => e.uid, quiet: '30s', most: '10m', version: (e) => e._version }))
 *   .to(publish)
 */
export const settleWindow = <A>(name: string, options: SettleOptions<A>): FlowNode<A, Joined<A>> => {
  const what = `settleWindow "${checkName('settleWindow', name)}"`
  const { key, quiet, most, version, atStop } = options
  checkFunction(`${what}: key`, key)
  if (version !== undefined) checkFunction(`${what}: version`, version)
  for (const [option, d] of Object.entries({ quiet, most }))
    if (millis(d, `${what}: ${option}`) === 0)
      throw new TypeError(`${what}: ${option}: expected more than nothing, got ${JSON.stringify(d)}`)
  const into = {
    // Asked for the first one too: what throws shall not open a group.
    start: (body: A, ctx: Context): A => (version === undefined ? body : (ordered(version(body, ctx)), body)),
    add: (value: A, body: A, ctx: Context): A =>
      version !== undefined && compareVersions(ordered(version(body, ctx)), ordered(version(value, ctx))) < 0
        ? value
        : body,
  }
  const rules = durableRules(what, name, {
    key,
    into,
    silence: quiet,
    within: most,
    ...(atStop !== undefined && { atStop }),
  })
  return { name, node: groupNode(rules) }
}

const ordered = (version: unknown): number | string => {
  if (typeof version === 'string' || (typeof version === 'number' && Number.isFinite(version))) return version
  throw new TypeError(`version gave ${String(version)}, expected a finite number or a string`)
}
