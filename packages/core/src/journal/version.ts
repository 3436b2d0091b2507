/** A version of `latest`. */
export type Version = number | string

/** Numbers before strings; numbers by value, strings by code point. Negative: `a` is older. */
export const compareVersions = (a: Version, b: Version): number => {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : compareText(a, b)
}

// JavaScript compares code units, by which the surrogates of the high code points come before U+E000 to U+FFFF.
const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
