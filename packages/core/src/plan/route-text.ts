import { routeOf, type RouteData, type RouteFor } from '../route/route.js'

/** A route in a few words: `retry for 24h, then dead letter`. */
export const routeText = (r: RouteFor<never>): string => {
  if (!('cases' in r)) return text(routeOf(r))
  return [
    ...r.cases.map(([, then]) => `when …: ${text(routeOf(then))}`),
    `else ${text(routeOf(r.orElse))}`,
  ].join('; ')
}

const text = (d: RouteData): string => {
  if (d.verb === 'byKind')
    return (['transient', 'unknown', 'permanent', 'poison'] as const)
      .map((k) => `${k}: ${text(d.kinds[k])}`)
      .join('; ')
  const told = d.alerts === undefined ? '' : `, tell ${d.alerts.map((a) => a.name).join(' and ')}`
  if (d.verb === 'retry') {
    const { attempts, upTo } = d.schedule
    const limits = [
      attempts !== undefined && `${attempts} times`,
      upTo !== undefined && `for ${span(upTo)}`,
    ].filter(Boolean)
    return `retry ${limits.join(' or ')}, then ${text(d.orElse)}${told}`
  }
  if (d.verb === 'divert') return `divert to ${d.to.name}${told}`
  if (d.verb === 'discard') return `discard${d.reason === undefined ? '' : ` (${d.reason})`}${told}`
  return `dead letter${d.key === 'block' ? ', key waits' : ''}${told}`
}

const span = (ms: number): string => {
  for (const [unit, n] of [
    ['d', 864e5],
    ['h', 36e5],
    ['m', 6e4],
    ['s', 1e3],
  ] as const)
    if (ms % n === 0 && ms >= n) return `${ms / n}${unit}`
  return `${ms}ms`
}
