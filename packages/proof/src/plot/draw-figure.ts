import { scaleLinear } from 'd3-scale'
import { element, escaped } from './element.ts'
import type { Figure } from './figure.ts'
import { drawPanel } from './panel.ts'
import { STYLE } from './style.ts'

const COLUMNS = 2
const PANEL = { width: 380, height: 120 } as const
const AROUND = { left: 56, right: 20, top: 46, bottom: 34 } as const
const HEAD = 56
const TICKS = 8

/** Draws small charts in two columns over one horizontal axis as one SVG, that is readable on light and on dark ground. */
export const drawFigure = (figure: Figure): string => {
  const { title, subtitle, axis, spans, panels } = figure
  const cell = {
    width: AROUND.left + PANEL.width + AROUND.right,
    height: AROUND.top + PANEL.height + AROUND.bottom,
  }
  const rows = Math.ceil(panels.length / COLUMNS)
  const width = cell.width * COLUMNS
  const height = HEAD + cell.height * rows + 24
  const xs = [
    ...panels.flatMap((panel) => panel.series.flatMap(({ points }) => points.map(([x]) => x))),
    ...spans.flatMap(({ from, to }) => [from, to]),
  ]
  const domain = [
    xs.reduce((least, x) => Math.min(least, x), Infinity),
    xs.reduce((most, x) => Math.max(most, x), -Infinity),
  ]
  const drawn = panels.map((panel, i) => {
    const left = (i % COLUMNS) * cell.width + AROUND.left
    const top = HEAD + Math.floor(i / COLUMNS) * cell.height + AROUND.top
    const x = scaleLinear(domain, [left, left + PANEL.width])
    return drawPanel(
      panel,
      { ...PANEL, left, top, x, ticks: x.ticks(TICKS), tick: x.tickFormat(TICKS) },
      spans,
    )
  })
  const shaded = spans.map(({ name }) => name).join(', ')
  const lines = [
    element('style', {}, STYLE),
    element('rect', { class: 'ground', width, height }),
    element(
      'text',
      { class: 'text', x: AROUND.left, y: 26, 'font-size': 16, 'font-weight': 'bold' },
      escaped(title),
    ),
    element('text', { class: 'quiet', x: AROUND.left, y: 46 }, escaped(subtitle)),
    ...drawn,
    element(
      'text',
      { class: 'quiet', x: AROUND.left, y: height - 12 },
      escaped(`Horizontal: ${axis}.${shaded === '' ? '' : ` Shaded, from the left: ${shaded}.`}`),
    ),
  ]
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': title,
    },
    ['', ...lines, ''],
  )}\n`
}
