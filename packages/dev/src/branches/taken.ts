/** What is read of a coverage report in Istanbul's format: https://github.com/gotwarlost/istanbul/blob/master/coverage.json.md */
export type CoverageReport = Readonly<
  Record<
    string,
    {
      readonly branchMap: Readonly<
        Record<string, { readonly type: string; readonly loc: Range; readonly locations: readonly Range[] }>
      >
      /** How often each way of each branch was taken. */
      readonly b: Readonly<Record<string, readonly number[]>>
    }
  >
>

interface Range {
  readonly start: { readonly line?: number; readonly column?: number }
}

/** A way of a branch that nothing took. */
export interface Untaken {
  /** From 1. */
  readonly line: number
  readonly column: number
  /** `if`, `cond-expr`, `binary-expr`, … */
  readonly type: string
}

/** The branches of one file. */
export interface Branches {
  /** How many ways there are. */
  readonly ways: number
  readonly untaken: readonly Untaken[]
}

/** The branches of each file of a report, by its path there. */
export const branchesOf = (report: CoverageReport): ReadonlyMap<string, Branches> =>
  new Map(
    Object.entries(report).map(([path, { b, branchMap }]) => {
      const untaken = Object.entries(b).flatMap(([id, taken]) =>
        taken.flatMap((times, way): readonly Untaken[] => {
          if (times > 0) return []
          const { type, loc, locations } = branchMap[id]!
          // The way without a text of its own: an `if` without `else`.
          const { line, column } = locations[way]?.start.line === undefined ? loc.start : locations[way].start
          return [{ line: line ?? 0, column: (column ?? 0) + 1, type }]
        }),
      )
      return [path, { ways: Object.values(b).flat().length, untaken }]
    }),
  )
