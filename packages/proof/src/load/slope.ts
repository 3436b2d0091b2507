/**
 * The slope of the line through points by the method of Theil and Sen: the median of the slopes of all pairs. Up to 29 % of
 * the points may be anywhere without moving it far, so that a garbage collection here and there does not look like a leak.
 * NaN of fewer than two places in `x`. Of more than `most` points it takes as many, evenly spread.
 *
 * Sen, P. K. (1968): Estimates of the regression coefficient based on Kendall's tau. JASA 63.
 */
export const theilSen = (points: readonly (readonly [x: number, y: number])[], most = 1500): number => {
  const step = Math.max(1, points.length / most)
  const some = Array.from({ length: Math.min(points.length, most) }, (_, i) => points[Math.floor(i * step)]!)
  const slopes: number[] = []
  some.forEach(([x1, y1], i) => {
    for (const [x2, y2] of some.slice(i + 1)) if (x2 !== x1) slopes.push((y2 - y1) / (x2 - x1))
  })
  return middle(Float64Array.from(slopes).sort())
}

const middle = (sorted: Float64Array): number => {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : ((sorted[half - 1] ?? Number.NaN) + sorted[half]!) / 2
}
