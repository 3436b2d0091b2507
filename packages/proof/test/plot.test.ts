import { describe, expect, it } from 'vitest'
import { drawFigure } from '../src/plot/draw-figure.ts'
import type { Figure, Panel } from '../src/plot/figure.ts'

/** The elements of a well-formed document with their attributes, in order. Throws where it is not well formed. */
const elementsOf = (svg: string): readonly { readonly name: string; readonly attributes: string }[] => {
  const found: { name: string; attributes: string }[] = []
  const open: string[] = []
  let rest = svg.trim()
  while (rest !== '') {
    const [tag, close, name, attributes, alone] =
      /^<(\/?)([a-z]+)((?: [a-zA-Z][\w-]*="[^"<]*")*)(\/?)>/.exec(rest) ?? []
    if (tag === undefined) {
      const text = /^[^<>&]+|^&(?:amp|lt|gt|quot);/.exec(rest)?.[0]
      if (text === undefined || open.length === 0) throw new Error(`not well formed: ${rest.slice(0, 80)}`)
      rest = rest.slice(text.length)
      continue
    }
    rest = rest.slice(tag.length)
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${String(name)}> closes something else`)
      continue
    }
    found.push({ name: name!, attributes: attributes! })
    if (alone !== '/') open.push(name!)
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`)
  return found
}

const panel = (over: Partial<Panel> = {}): Panel => ({
  title: 'Memory',
  unit: 'MiB',
  series: [
    {
      name: 'RSS',
      points: [
        [0, 100],
        [1, 150],
        [2, 120],
      ],
    },
  ],
  ...over,
})

const figure = (over: Partial<Figure> = {}): Figure => ({
  title: 'A run',
  subtitle: 'with these settings',
  axis: 'minutes',
  spans: [{ name: 'overload', from: 1, to: 2 }],
  panels: [panel()],
  ...over,
})

const named = (svg: string, name: string): readonly string[] =>
  elementsOf(svg).flatMap((element) => (element.name === name ? [element.attributes] : []))

/** The vertical places of a path's points. */
const heights = (attributes: string | undefined): readonly number[] =>
  [...(/ d="([^"]*)"/.exec(attributes ?? '')?.[1] ?? '').matchAll(/[ML][\d.-]+,([\d.-]+)/g)].map(([, y]) =>
    Number(y),
  )

describe('a figure', () => {
  it('is well-formed SVG with a line for each series of each panel', () => {
    const second = panel({
      title: 'Latency',
      series: [panel().series[0]!, { name: 'p99', points: [[0, 1]] }],
    })
    const svg = drawFigure(figure({ panels: [panel(), second] }))
    expect(elementsOf(svg)[0]!.name).toBe('svg')
    expect(named(svg, 'path')).toHaveLength(3)
  })

  it('draws larger values higher, at the same place in each panel of a row', () => {
    const svg = drawFigure(figure({ panels: [panel(), panel()] }))
    const [first, second] = named(svg, 'path').map(heights)
    const [low, high, middle] = first!
    expect(high).toBeLessThan(middle!)
    expect(middle).toBeLessThan(low!)
    expect(second).toEqual(first)
  })

  it('leaves a gap where there was nothing to measure', () => {
    const points = [
      [0, 1],
      [1, Number.NaN],
      [2, 3],
      [3, 4],
    ] as const
    const [line] = named(
      drawFigure(figure({ panels: [panel({ series: [{ name: 'p50', points }] })] })),
      'path',
    )
    expect(line!.match(/M/g)).toHaveLength(2)
    expect(heights(line)).toHaveLength(3)
  })

  it('leaves zeros out of a logarithmic panel', () => {
    const points = [
      [0, 0],
      [1, 10],
      [2, 1000],
    ] as const
    const svg = drawFigure(figure({ panels: [panel({ scale: 'log', series: [{ name: 'p50', points }] })] }))
    expect(heights(named(svg, 'path')[0])).toHaveLength(2)
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('names axes with their units, shades its spans and draws the bound', () => {
    const svg = drawFigure(figure({ panels: [panel({ bound: { name: 'at most 200', at: 200 } })] }))
    expect(svg).toContain('Memory, MiB')
    expect(svg).toContain('Horizontal: minutes. Shaded, from the left: overload.')
    expect(svg).toContain('at most 200')
    expect(named(svg, 'rect').filter((attributes) => attributes.includes('"span"'))).toHaveLength(1)
    expect(named(svg, 'line').filter((attributes) => attributes.includes('"bound"'))).toHaveLength(1)
  })

  it('has colours for light and for dark ground', () => {
    expect(drawFigure(figure())).toContain('@media (prefers-color-scheme: dark)')
  })

  it.each(['<script>', '"quoted"', 'a & b'])('takes any text for a name: %s', (name) => {
    expect(() =>
      elementsOf(drawFigure(figure({ title: name, panels: [panel({ title: name })] }))),
    ).not.toThrow()
  })

  it('is drawn of no points at all too', () => {
    const svg = drawFigure(figure({ panels: [panel({ series: [{ name: 'RSS', points: [] }] })] }))
    expect(elementsOf(svg)).not.toHaveLength(0)
    expect(svg).not.toMatch(/NaN|Infinity/)
  })
})
