import type { AnyStep } from '../flow/op.js'
import { withSteps } from '../flow/with-steps.js'
import type { Deployable } from '../route/deployable.js'
import { difference } from './difference.js'
import type { Given, Skipped, WhatIfEntry } from './entry.js'
import { givenOf } from './given.js'
import { checkOptions, type CheckedOptions, type WhatIfOptions } from './options.js'
import { Reporting, type WhatIfReport } from './report.js'
import { hopIn, versionOf, type Version } from './version.js'
import { play } from './world.js'

/**
 * Runs messages through two versions of a flow, and tells what the other one would do otherwise: which calls with what in
 * them, and how messages end. No target, alert, tap or `ctx.once` is run in either; time is virtual.
 *
 * A message that one version cannot decode, or that dies in it, is a difference. One that needs a reply which nobody gave
 * stops there, and is `incomplete`.
 *
 * @example
 * const report = await whatIf(publish, { entries: await runtime.deadLetters.list(), against: publish2 })
 * console.log(report.text())
 *
 * @param flow the version of now, closed: its routes count too.
 * @throws (rejects) TypeError that names the option at fault; `ConfigInvalid` where configuration is missing.
 */
export const whatIf = async (flow: Deployable, options: WhatIfOptions): Promise<WhatIfReport> => {
  const o = checkOptions(options)
  const { flows = [], flowsAgainst = flows } = options
  const before = versionOf('flow', flow, flows)
  const after = versionOf('against', options.against, flowsAgainst)
  checkReplies([before, after], o)
  const report = new Reporting(before.definition.name, o.keep)
  const ignored = ignoring(o.ignore)
  let { now } = o
  for await (const batch of batches(o, [before, after], (why) => report.skip(why))) {
    options.signal?.throwIfAborted()
    now ??= batch.find((g) => g.time !== undefined)?.time ?? Date.UTC(2026, 0)
    const world = { ...o, now }
    const [was, is] = [await play(before, batch, world), await play(after, batch, world)]
    for (const [i, given] of batch.entries()) {
      const message = difference(given.id, given.index, was[i]!, is[i]!, ignored)
      report.add(message)
      await options.each?.(message)
    }
  }
  return report.report()
}

async function* batches(
  o: CheckedOptions,
  versions: readonly [Version, Version],
  skip: (why: string) => void,
): AsyncGenerator<readonly Given[]> {
  let index = 0
  let batch: Given[] = []
  for await (const entry of o.entries) {
    const given = startable(entry, index++, versions)
    if ('why' in given) skip(given.why)
    else batch.push(given)
    if (batch.length < o.batch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const startable = (
  entry: WhatIfEntry,
  index: number,
  [before, after]: readonly [Version, Version],
): Given | Skipped => {
  const given = givenOf(entry, index, before.definition.name)
  if ('why' in given || given.hop === undefined) return given
  const hop = hopIn(before, given.hop)
  if (hop === undefined && hopIn(after, given.hop) === undefined)
    return { why: `of hop "${given.hop}", which neither version has` }
  const joins = hop !== undefined && before.plan.hops.get(hop)?.joining !== undefined
  return joins ? { why: 'of a join, whose replies a dead letter does not have' } : given
}

/** A reply for a step that is not there is most often a slip of the pen. */
const checkReplies = (versions: readonly Version[], { replies }: CheckedOptions): void => {
  const names = new Set<string>()
  const note = (step: AnyStep, name: string): AnyStep => {
    names.add(step.name).add(name)
    return step
  }
  for (const v of versions) for (const d of [v.definition, ...v.flows]) withSteps(d, note)
  const unknown = Object.keys(replies).find((name) => !names.has(name))
  if (unknown !== undefined)
    throw new TypeError(
      `whatIf: replies: expected names of steps (${[...names].join(', ')}), got ${JSON.stringify(unknown)}`,
    )
}

const ignoring = (places: readonly string[]): ((path: string) => boolean) => {
  if (places.length === 0) return () => false
  return (path) => {
    const anywhere = path.replaceAll(/\[\d+\]/g, '[]')
    return places.some((p) => isWithin(path, p) || isWithin(anywhere, p))
  }
}

const isWithin = (path: string, place: string): boolean =>
  path.startsWith(place) && (path.length === place.length || '.['.includes(path[place.length]!))
