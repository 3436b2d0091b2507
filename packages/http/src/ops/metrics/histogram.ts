/** Upper bounds of the buckets of durations, in seconds: those that OpenTelemetry gives for HTTP. */
export const BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** How many values fell below each bound. */
export class Histogram {
  readonly #in: number[] = Array.from({ length: BOUNDS.length + 1 }, () => 0)
  #sum = 0

  /** Seconds. */
  observe(value: number): void {
    let i = 0
    while (i < BOUNDS.length && value > BOUNDS[i]!) i++
    this.#in[i]!++
    this.#sum += value
  }

  /** Cumulated, as Prometheus wants them; the last is all. */
  get buckets(): readonly number[] {
    let n = 0
    return this.#in.map((one) => (n += one))
  }
  get sum(): number {
    return this.#sum
  }
}
