import type { FlowDescription } from './describe.js'

/** A described flow as a Mermaid flowchart; failures that have a route are dashed. */
export const mermaid = (d: FlowDescription): string => {
  const id = new Map(d.hops.map((h, i) => [h.name, `h${i}`]))
  const out = ['flowchart LR']
  const ends = new Map<string, string>()
  const endOf = (to: string): string => {
    const known = ends.get(to) ?? `e${ends.size}`
    ends.set(to, known)
    return known
  }
  if (d.source !== undefined) out.push(`  source([${quote(d.source)}]) --> ${id.get(d.first)}`)
  for (const h of d.hops) {
    const steps = h.steps.filter((s) => !/^(on|recover) /.test(s))
    const at = h.destination === undefined ? '' : `<br/><i>${h.destination}, ${h.effect}</i>`
    out.push(`  ${id.get(h.name)}[${quote(`<b>${h.name}</b><br/>${steps.join(' · ')}${at}`)}]`)
    for (const n of h.next)
      out.push(
        `  ${id.get(h.name)} -->${n.label === undefined ? '' : `|${quote(n.label)}|`} ${id.get(n.hop)}`,
      )
    for (const e of h.errors) out.push(`  ${id.get(h.name)} -.->|${quote(e.tag)}| ${endOf(e.to)}`)
  }
  if (d.errors.length > 0) {
    for (const e of d.errors) out.push(`  rest(( )) -.->|${quote(e.tag)}| ${endOf(e.to)}`)
    out.push('  rest:::rest', '  classDef rest fill:none,stroke-dasharray:3')
  }
  for (const [to, e] of ends) out.push(`  ${e}[/${quote(to)}/]`)
  return out.join('\n')
}

const quote = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`
