import type { Json } from '../message/json.js'
import type { DifferenceGroup } from './groups.js'
import { remedy } from './need.js'
import type { WhatIfReport } from './report.js'

const LONGEST = 160

/** The report for people. `more`: differences that are in no group. */
export const reportText = (r: Omit<WhatIfReport, 'text'>, more: number, groups: number): string => {
  const lines = [head(r)]
  for (const g of r.groups.slice(0, groups)) lines.push('', ...group(g))
  const left = r.groups.length - groups
  if (left > 0) lines.push('', `${left} more kinds of difference`)
  if (more > 0) lines.push('', `${more} more differences of further kinds`)
  for (const n of r.needs)
    lines.push('', `${messages(n.messages)} stopped at "${n.hop}", for example ${n.example}: ${remedy(n)}`)
  for (const [name, n] of Object.entries(r.unanswered))
    lines.push(
      '',
      `${messages(n)} died after "${name}" was answered with nothing: give replies: { ${JSON.stringify(name)}: … }`,
    )
  for (const [why, n] of Object.entries(r.skipped)) lines.push('', `${n} left out: ${why}`)
  return lines.join('\n')
}

const head = ({ flow, ...r }: Omit<WhatIfReport, 'text'>): string => {
  const parts = [`${r.same} same`, `${r.different} different`]
  if (r.incomplete > 0) parts.push(`${r.incomplete} incomplete`)
  return `what if "${flow}": ${messages(r.messages)}: ${parts.join(', ')}`
}

const group = (g: DifferenceGroup): readonly string[] => {
  const whole = g.as === 'changed' || g.as === 'ends'
  const first = g.uniform ? '' : ` (differing; in ${g.example}:)`
  return [
    `${messages(g.messages)}: ${about(g)}${first}`,
    ...(whole || g.as === 'only before' ? [`  - ${side(g, g.before)}`] : []),
    ...(whole || g.as === 'only after' ? [`  + ${side(g, g.after)}`] : []),
  ]
}

const about = ({ as, target, path }: DifferenceGroup): string => {
  if (as === 'ends') return 'the end'
  if (as === 'only before') return `${target} is not called any more`
  if (as === 'only after') return `${target} is called too`
  return path === '' ? `${target}` : `${target} ${path}`
}

const side = ({ as }: DifferenceGroup, value: Json | undefined): string => {
  if (as === 'ends' && typeof value === 'string') return value
  if (value === undefined) return '(nothing)'
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

const messages = (n: number): string => `${n.toLocaleString('en')} message${n === 1 ? '' : 's'}`
