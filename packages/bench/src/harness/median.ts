/** A quantile of samples, by the nearest rank: 0.5 is the median of an odd number of them. NaN of none. */
export const quantile = (samples: readonly number[], q: number): number => {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN
}

/** The middle one; of an even number, the mean of the middle two. NaN of none. */
export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : ((sorted[half - 1] ?? Number.NaN) + sorted[half]!) / 2
}
