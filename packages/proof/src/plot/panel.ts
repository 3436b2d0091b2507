import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { element, escaped } from './element.ts'
import type { Panel, Span } from './figure.ts'

/** Where a panel is, and the horizontal scale that it shares with the others. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly x: (value: number) => number
  readonly ticks: readonly number[]
  readonly tick: (value: number) => string
}

const TICKS = 4
const TICK = 4

/** Draws a panel: grid, axes, spans, lines, and above it its title and the names of its lines. */
export const drawPanel = (panel: Panel, frame: Frame, spans: readonly Span[]): string => {
  const { left, top, width, height, x } = frame
  const bottom = top + height
  const y = scaleOf(panel, bottom, top)
  const path = line<readonly [number, number]>()
    .defined(([, value]) => drawable(panel, value))
    .x(([at]) => tenth(x(at)))
    .y(([, value]) => tenth(y(value)))
  const ticks = ticksOf(panel, y)
  return element('g', {}, [
    ...spans.map(({ from, to }) =>
      element('rect', { class: 'span', x: x(from), y: top, width: Math.max(1, x(to) - x(from)), height }),
    ),
    ...ticks.flatMap((value) => [
      element('line', { class: 'grid', x1: left, x2: left + width, y1: y(value), y2: y(value) }),
      text('quiet', left - 6, y(value) + 4, label(value), 'end'),
    ]),
    ...frame.ticks.flatMap((value) => [
      element('line', { class: 'axis', x1: x(value), x2: x(value), y1: bottom, y2: bottom + TICK }),
      text('quiet', x(value), bottom + TICK + 12, frame.tick(value), 'middle'),
    ]),
    element('line', { class: 'axis', x1: left, x2: left + width, y1: bottom, y2: bottom }),
    ...boundOf(panel, frame, y),
    ...panel.series.map(({ points }, i) => element('path', { class: `line s${i}`, d: path(points) ?? '' })),
    text('text', left, top - 10, `${panel.title}, ${panel.unit}`, 'start', 'bold'),
    ...names(panel, left + width, top - 10),
  ])
}

type Scale = ReturnType<typeof scaleLinear<number>> | ReturnType<typeof scaleLog<number>>

// `2k` for thousands, and a plain number below.
const label = (value: number): string => {
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(6)))
}

// Finer than that nobody sees, and a figure has ten thousand points.
const tenth = (n: number): number => Math.round(n * 10) / 10

const drawable = ({ scale }: Panel, value: number): boolean =>
  Number.isFinite(value) && (scale !== 'log' || value > 0)

const scaleOf = (panel: Panel, from: number, to: number): Scale => {
  const values = panel.series
    .flatMap(({ points }) => points.map(([, value]) => value))
    .filter((value) => drawable(panel, value))
  const all = panel.bound === undefined ? values : [...values, panel.bound.at]
  const largest = all.reduce((most, value) => Math.max(most, value), Number.EPSILON)
  if (panel.scale !== 'log') return scaleLinear([0, largest], [from, to]).nice(TICKS)
  const least = all.reduce((few, value) => Math.min(few, value), largest)
  return scaleLog([least, Math.max(largest, least * 10)], [from, to]).nice()
}

// A logarithmic scale gives nine ticks a decade: the decades alone are enough.
const ticksOf = ({ scale }: Panel, y: Scale): readonly number[] =>
  scale === 'log'
    ? y.ticks().filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6))
    : y.ticks(TICKS)

const boundOf = ({ bound }: Panel, { left, width }: Frame, y: Scale): readonly string[] =>
  bound === undefined
    ? []
    : [
        element('line', { class: 'bound', x1: left, x2: left + width, y1: y(bound.at), y2: y(bound.at) }),
        text('bound-text', left + width - 4, y(bound.at) - 4, bound.name, 'end'),
      ]

/** The names of the lines from right to left, where there are several. */
const names = ({ series }: Panel, right: number, y: number): readonly string[] => {
  if (series.length < 2) return []
  const spans = series.map(({ name }, i) =>
    element('tspan', { class: `t${i}` }, `${i === 0 ? '' : '  '}${escaped(name)}`),
  )
  return [element('text', { x: right, y, 'text-anchor': 'end', 'font-weight': 'bold' }, spans.join(''))]
}

const text = (
  style: string,
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  weight?: 'bold',
): string =>
  element('text', { class: style, x, y, 'text-anchor': anchor, 'font-weight': weight }, escaped(content))
