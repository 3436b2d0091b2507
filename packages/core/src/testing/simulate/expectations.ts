import type { FailureRecord } from '../../failure/failure-record.js'
import type { Definition } from '../../flow/op.js'
import type { Hop } from '../../plan/hop.js'
import { plan, type Plan } from '../../plan/plan.js'
import { routeData } from '../../route/route.js'

/** What can be read off the flows: what laws compare with what happened. */
export interface Expectations {
  /** The target that ends a hop. */
  targetOf(flow: string, hop: string): string | undefined
  /**
   * Whether the route of a dead letter tells somebody, as far as that can be told without asking it: false where a handler
   * or a case may decide otherwise.
   */
  alertingOf(flow: string, hop: string, error: FailureRecord | undefined): boolean
}

export const expectations = (definitions: readonly Definition[]): Expectations => {
  const plans = new Map(definitions.map((d) => [d.name, plan(d)] as const))
  return {
    targetOf: (flow, hop) => plans.get(flow)?.hops.get(hop)?.effect?.step?.name,
    alertingOf(flow, hop, error) {
      const p = plans.get(flow)
      const h = p?.hops.get(hop)
      if (p === undefined || h === undefined || error === undefined || error._tag === 'Crashed') return false
      return !handled(p, h, error._tag) && tells(p, error)
    },
  }
}

const handled = (p: Plan, { program, end }: Hop, tag: string): boolean => {
  const lines = end.as === 'next' ? program.lines : [...program.lines, end.line]
  return [p.start, ...lines].some((line) =>
    p.handlers(line).some((h) => h.tag === undefined || h.tag === tag),
  )
}

const tells = (p: Plan, { _tag, kind }: FailureRecord): boolean => {
  const route = p.rest(_tag)
  if ('cases' in route) return false
  const data = routeData(route, { _tag, kind })
  // What it was when it was retried may have been of another kind.
  return data.verb === 'deadLetter' && (data.alerts?.length ?? 0) > 0
}
