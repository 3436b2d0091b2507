/** A small generator for jitter (Marsaglia's xorshift, 32 bits): a thread cannot be given the caller's `Random`. */
export const xorshift = (seed: number): (() => number) => {
  let x = Math.max(1, Math.floor(seed * 2 ** 31))
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}
