/** What the facts of one window come to. */
export interface Windowed<out V> {
  /** Empty where the pattern has no `key`. */
  readonly key: string
  /** When the window begins: epoch milliseconds, a whole multiple of its size. */
  readonly from: number
  /** When it ends; this moment belongs to the next one. */
  readonly to: number
  readonly value: V
  /** How many facts it has, each counted once. */
  readonly count: number
  /** 0 for the first result, one more for each that replaces it. */
  readonly revision: number
}
