// Bounds in milliseconds, each about twice the one before: what people tell apart.
const BOUNDS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000] as const
const BARS = '▁▂▃▄▅▆▇█'
const CELL = 6

const bound = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)

/** Bars of how many numbers lie below each bound and above the one before. What is there at all has a bar. */
const barsOf = (numbers: readonly number[]): readonly string[] => {
  const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0)
  for (const n of numbers) {
    const i = BOUNDS.findIndex((most) => n <= most)
    counts[i === -1 ? BOUNDS.length : i]!++
  }
  const most = Math.max(...counts)
  return counts.map((n) => (n === 0 ? ' ' : BARS[Math.ceil((n / most) * BARS.length) - 1]!))
}

/** How milliseconds are spread, a line each: bars over a scale that is drawn once. */
export const histograms = (
  rows: readonly (readonly [name: string, numbers: readonly number[]])[],
): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(width)} ${cells.map((cell) => cell.padStart(CELL)).join(' ')}`.trimEnd()
  const scale = line('', [...BOUNDS.map(bound), 'more'])
  const drawn = rows.map(([name, numbers]) =>
    line(
      name,
      barsOf(numbers).map((bar) => bar.repeat(CELL - 1)),
    ),
  )
  return [...drawn, scale].join('\n')
}
