/** A quantile by the nearest rank. NaN of none. */
export const quantile = (values: Float64Array, q: number): number =>
  values.toSorted()[Math.max(0, Math.ceil(values.length * q) - 1)] ?? Number.NaN
