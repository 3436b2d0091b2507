import type { FlowDescription, HopDescription } from '@xconnector/core'
import { plain } from '../plain.js'
import { cutTo, widthOf } from '../width.js'

/** One line of text in a box. */
export interface Line {
  readonly text: string
  readonly as: 'name' | 'steps' | 'target' | 'waiting' | 'dead'
}

/** A thing in a drawing: where messages come from, or a hop. */
export interface Box {
  readonly id: string
  readonly as: 'source' | 'hop'
  readonly lines: readonly Line[]
  readonly width: number
  readonly height: number
}

/** What waits and what is dead at a hop. */
export interface Counts {
  readonly waiting: number
  readonly dead: number
}

/** Pixels of a column of text, and of a line. */
const COLUMN = { name: 8.2, steps: 6.4, target: 6.4, waiting: 6.6, dead: 6.6 } as const
export const LINE = 17
export const PAD = 12
const MOST = 46

/** The boxes of a flow: its source, and its hops. */
export const boxesOf = (
  flow: FlowDescription,
  counts: ReadonlyMap<string, Counts> | undefined,
): readonly Box[] => [
  ...(flow.source === undefined ? [] : [boxOf('source', 'source', [{ text: flow.source, as: 'name' }])]),
  ...flow.hops.map((hop) => boxOf(hopId(hop.name), 'hop', linesOf(hop, counts?.get(hop.name)))),
]

/** The id of a hop's box. */
export const hopId = (name: string): string => `hop ${name}`

const boxOf = (id: string, as: Box['as'], lines: readonly Line[]): Box => {
  const fitted = lines.map((line) => ({ ...line, text: cutTo(plain(line.text), MOST) }))
  const widest = Math.max(...fitted.map(({ text, as: kind }) => widthOf(text) * COLUMN[kind]))
  return {
    id,
    as,
    lines: fitted,
    width: Math.ceil(Math.max(72, widest + 2 * PAD)),
    height: fitted.length * LINE + 2 * PAD - 6,
  }
}

const linesOf = (hop: HopDescription, counts: Counts | undefined): readonly Line[] => {
  const steps = hop.steps.filter((step) => !/^(on|recover) /.test(step)).join(' · ')
  const target = [hop.destination, hop.effect].filter((text) => text !== undefined).join(', ')
  return [
    { text: hop.name, as: 'name' },
    ...(steps === '' || steps === hop.name ? [] : [{ text: steps, as: 'steps' } as const]),
    ...(target === '' ? [] : [{ text: target, as: 'target' } as const]),
    ...(counts === undefined || counts.waiting === 0
      ? []
      : [{ text: `${counts.waiting.toLocaleString('en-US')} waiting`, as: 'waiting' } as const]),
    ...(counts === undefined || counts.dead === 0
      ? []
      : [{ text: `${counts.dead.toLocaleString('en-US')} dead`, as: 'dead' } as const]),
  ]
}
