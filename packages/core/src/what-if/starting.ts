import { failureToJson } from '../failure/to-json.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Json } from '../message/json.js'
import type { NewEntry } from '../ports/journal.js'
import { prepare } from '../runtime/accepting.js'
import { envelopeText, type Envelope } from '../runtime/envelope.js'
import type { Given } from './entry.js'
import { itemsOf } from './items-of.js'
import { hopIn, type Version } from './version.js'

/**
 * The journal's entry of what is given, in one version: at the source, decoded; or at its hop, under the name that it has
 * there. `undefined`: there is no such hop. Deadlines are left out, for no time has passed.
 */
export const starting = async (version: Version, given: Given, now: number): Promise<NewEntry | undefined> =>
  given.hop === undefined || given.path === '' ? atSource(version, given, now) : atHop(version, given, now)

const atSource = async (version: Version, given: Given, now: number): Promise<NewEntry> => {
  const { body, type, time, headers, root } = given
  const raw = JSON.parse(body) as Json
  const incoming = {
    raw,
    type,
    undecodable: 'dead-letter',
    ...(time !== undefined && { time }),
    ...(headers !== undefined && { headers }),
  } as const
  const { definition, plan, source } = version
  let brought: Json = raw
  try {
    // With a source it is raw input, which is decoded; without one it is a body as it was stored.
    if (definition.source === undefined) brought = upcast(version, given, raw)
  } catch (thrown) {
    const dead = failureToJson(new StepFailed('upcast', thrown))
    return { flow: definition.name, hop: plan.first, id: root, body, dead }
  }
  const prepared = await prepare(plan, source, { ...incoming, raw: brought }, root, now, true)
  if ('refused' in prepared) throw prepared.refused
  const { deadline: _, ...entry } = prepared.entry
  return entry
}

const upcast = ({ definition, plan }: Version, given: Given, raw: Json): Json => {
  let body: unknown = raw
  for (let n = given.version ?? definition.version; n < definition.version; n++)
    body = definition.upcast[n]?.(body, plan.first) ?? body
  return body as Json
}

const atHop = (version: Version, given: Given, now: number): NewEntry | undefined => {
  const { definition, plan, source } = version
  const hop = hopIn(version, given.hop!)
  if (hop === undefined) return undefined
  const { root, path, body, key } = given
  const items = itemsOf(given.hop!, path, plan.hops.get(hop)!.splits)
  const made: Envelope = {
    v: given.version ?? definition.version,
    source: source.name,
    type: given.type,
    time: given.time ?? now,
    ...(given.headers !== undefined && { headers: given.headers }),
    ...(items.length > 0 && { items }),
  }
  return {
    flow: definition.name,
    hop,
    id: root + path,
    body,
    envelope: given.envelope ?? envelopeText(made),
    ...(key !== undefined && { key }),
  }
}
