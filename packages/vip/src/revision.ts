/** Compares two revisions of one source: more than 0 when `a` is newer, less when it is older. */
export type CompareRevisions = (a: string, b: string) => number

/** Whole numbers are compared as numbers. Of anything else nobody can tell which is newer: it never is. */
export const compareRevisions: CompareRevisions = (a, b) => {
  if (!WHOLE.test(a) || !WHOLE.test(b)) return 0
  const [x, y] = [BigInt(a), BigInt(b)]
  return x === y ? 0 : x > y ? 1 : -1
}

const WHOLE = /^\d{1,40}$/
