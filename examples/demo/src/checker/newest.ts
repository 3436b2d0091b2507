import type { AcknowledgementLine } from '../shared/evidence.ts'
import type { Evidence } from './evidence.ts'

/** The acknowledgement of the newest version of each thing of a type, by the thing. */
export const newestOf = (
  { acknowledged }: Pick<Evidence, 'acknowledged'>,
  type: AcknowledgementLine['type'],
): ReadonlyMap<string, AcknowledgementLine> => {
  const newest = new Map<string, AcknowledgementLine>()
  for (const line of acknowledged.values()) {
    if (line.type !== type) continue
    const before = newest.get(line.thing)
    if (before === undefined || line.version > before.version) newest.set(line.thing, line)
  }
  return newest
}
