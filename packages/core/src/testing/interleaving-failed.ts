import type { Interleaver } from './interleaver.js'

/** Lines of the trace in the message: the last ones. */
const LINES = 80

/** A run that went wrong: which seed, what happened in it, and, as `cause`, what its body threw. */
export class InterleavingFailed extends Error {
  readonly seed: number
  /** All of it, line by line. */
  readonly trace: readonly string[]

  constructor(run: Interleaver, thrown: unknown) {
    // First, for it gives the messages their names.
    const lines = run.trace.lines()
    const left = lines.length > LINES ? [`     … ${lines.length - LINES} lines before`] : []
    super(
      [
        run.trace.named(told(thrown)),
        '',
        `with seed ${run.seed}; run it alone: interleavings({ from: ${run.seed}, seeds: 1, … })`,
        ...left,
        ...lines.slice(-LINES),
      ].join('\n'),
      { cause: thrown },
    )
    this.name = 'InterleavingFailed'
    this.seed = run.seed
    this.trace = lines
  }
}

// `await using` has two errors when both the body and the end of what it used failed: the body's comes first.
const told = (thrown: unknown): string => {
  const { error, suppressed } = (thrown ?? {}) as { readonly error?: unknown; readonly suppressed?: unknown }
  if (suppressed !== undefined) return `${told(suppressed)}\nand then: ${told(error)}`
  return thrown instanceof Error ? thrown.message : String(thrown)
}
