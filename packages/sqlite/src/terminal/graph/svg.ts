import type { FlowDescription } from '@xconnector/core'
import { plain } from '../plain.js'
import { type Box, boxesOf, type Counts, LINE, PAD } from './box.js'
import { layOut, type Placed, type Point, type Way } from './layout.js'

// Colours are those of the one who looks: light, or dark.
const LOOKS = `
  svg { --ink: #1f2933; --soft: #5b6b7b; --line: #8a99a8; --box: #ffffff; --source: #e6f0fa; --page: #f7f9fb; --wait: #8a5a00; --dead: #b3261e; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e8edf2; --soft: #a3b1bf; --line: #6b7b8b; --box: #1e2730; --source: #1c3347; --page: #12181e; --wait: #f0b849; --dead: #ff8a80; }
  }
  text { font: 11.5px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: var(--soft); text-anchor: middle; }
  .page { fill: var(--page); }
  .hop { fill: var(--box); stroke: var(--line); }
  .source { fill: var(--source); stroke: var(--line); }
  .name { font-size: 13px; font-weight: 600; fill: var(--ink); }
  .target { font-style: italic; }
  .waiting { fill: var(--wait); font-weight: 600; }
  .dead { fill: var(--dead); font-weight: 600; }
  .way { fill: none; stroke: var(--line); stroke-width: 1.4; }
  .tip { fill: var(--line); }
  .label { font-size: 11px; paint-order: stroke; stroke: var(--page); stroke-width: 4px; }
`

/** Draws a flow as SVG: layers from left to right, with what waits and what is dead where that is known. */
export const svg = (flow: FlowDescription, counts?: ReadonlyMap<string, Counts>): string => {
  const { width, height, boxes, ways } = layOut(flow, boxesOf(flow, counts))
  const title = `Flow ${flow.flow}, version ${flow.version}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${LOOKS}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}" rx="10"/>`,
    ...ways.map(wayOf),
    ...boxes.map(boxOf),
    ...ways.map(labelOf).filter((text) => text !== ''),
    '</svg>',
    '',
  ].join('\n')
}

const boxOf = ({ box, x, y }: Placed): string => {
  const left = at(x - box.width / 2)
  const top = at(y - box.height / 2)
  const round = box.as === 'source' ? box.height / 2 : 7
  const shape = `<rect class="${box.as}" x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="${round}"/>`
  return `<g>${shape}${textsOf(box, x, y)}</g>`
}

const textsOf = (box: Box, x: number, y: number): string =>
  box.lines
    .map(({ text, as }, i) => {
      const base = y - box.height / 2 + PAD + i * LINE + 9
      return `<text class="${as}" x="${at(x)}" y="${at(base)}">${escaped(text)}</text>`
    })
    .join('')

const wayOf = ({ points }: Way): string => `<path class="way" marker-end="url(#tip)" d="${curve(points)}"/>`

const labelOf = ({ label }: Way): string =>
  label === undefined
    ? ''
    : `<text class="label" x="${at(label.at.x)}" y="${at(label.at.y + 4)}">${escaped(label.text)}</text>`

/** A smooth line: through the middles between the points, which draw it towards themselves. */
const curve = (points: readonly Point[]): string => {
  const [first, ...rest] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined) return ''
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1]!
    const end = i === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    return `Q${at(point.x)} ${at(point.y)} ${at(end.x)} ${at(end.y)}`
  })
  const straight = bends.length === 0 ? `L${at(last.x)} ${at(last.y)}` : ''
  return `M${at(first.x)} ${at(first.y)}${bends.join('')}${straight}`
}

const at = (n: number): string => String(Math.round(n * 10) / 10)

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => plain(text).replaceAll(/[&<>"]/g, (c) => ENTITY[c]!)
