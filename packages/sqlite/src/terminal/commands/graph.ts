import { FLOWS, mermaid, readDescription, readFlowNames } from '@xconnector/core/operate'
import type { Command, Desk } from '../command.js'
import type { Counts } from '../graph/box.js'
import { svg } from '../graph/svg.js'
import { plain, plainJson } from '../plain.js'

/** A picture of a flow. */
export const graph: Command = {
  name: 'graph',
  takes: 'FLOW',
  says: 'a flow as its last start stored it, as Mermaid or as a drawing',
  options: {
    mermaid: { says: 'Mermaid text; the default' },
    svg: { says: 'an SVG drawing, with what waits and what is dead' },
    out: { value: 'FILE', says: 'into a file, in place of the output' },
  },
  async run({ rest, flags, texts }, desk) {
    const [name, ...more] = rest
    if (name === undefined || more.length > 0) return { wrong: 'graph: name one flow' }
    if (flags.has('svg') && flags.has('mermaid')) return { wrong: 'graph: --svg or --mermaid, not both' }
    const journal = desk.journal()
    const stored = await journal.read([`flow:${name}`, FLOWS])
    const flow = readDescription(stored[`flow:${name}`]?.value)
    if (flow === undefined) {
      const known = readFlowNames(stored[FLOWS]?.value)
      const names =
        known.length === 0 ? 'no flow has been started on this journal' : `there are ${known.join(', ')}`
      desk.screen.note(`There is no flow ${name}; ${names}.`)
      return 'nothing'
    }
    const file = texts['out']
    if (desk.screen.json && file === undefined) {
      await desk.screen.value(flow)
      return 'done'
    }
    const text = desk.screen.json
      ? plainJson(flow, 2)
      : flags.has('svg')
        ? svg(flow, await countsOf(desk, name))
        : mermaid(flow)
    if (file === undefined) await desk.screen.block(text.trimEnd())
    else {
      const lines = text.trimEnd().split('\n').map(plain)
      await desk.io.writeFile(file, `${lines.join('\n')}\n`)
      desk.screen.note(`Written to ${file}.`)
    }
    return 'done'
  },
}

const countsOf = async (desk: Desk, flow: string): Promise<ReadonlyMap<string, Counts>> => {
  const counts = new Map<string, Counts>()
  for (const { flow: of, hop, what, n } of await desk.journal().admin.counts()) {
    if (of !== flow || (what !== 'waiting' && what !== 'dead')) continue
    counts.set(hop, { waiting: 0, dead: 0, ...counts.get(hop), [what]: n })
  }
  return counts
}
