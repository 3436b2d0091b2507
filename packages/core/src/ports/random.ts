/** Where all chance comes from: a number from 0 up to 1, 1 excluded. */
export interface Random {
  next(): number
}

/** The platform's. */
export const systemRandom: Random = { next: () => Math.random() }

/** A repeatable one (mulberry32): the same seed gives the same numbers. */
export const seededRandom = (seed: number): Random => {
  let a = seed >>> 0
  return {
    next() {
      a = (a + 0x6d2b79f5) >>> 0
      let t = a
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    },
  }
}
