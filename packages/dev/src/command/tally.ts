/** Counts of checks. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const sum = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    { passed: 0, failed: 0, skipped: 0 },
  )

/** `3 passed, 0 failed, 0 skipped`: the last line of every command that checks. */
export const tallyLine = (t: Tally): string => `${t.passed} passed, ${t.failed} failed, ${t.skipped} skipped`

/** The tally in the last line of a command's output, when there is one. */
export const readTally = (output: string): Tally | undefined => {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last)
  return found === null
    ? undefined
    : { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3]) }
}
