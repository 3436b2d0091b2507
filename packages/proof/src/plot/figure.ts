/** A line of a panel. A point whose `y` is NaN is a gap. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** One small chart with a scale of its own. */
export interface Panel {
  readonly title: string
  /** Of `y`: `MiB`, `ms`. */
  readonly unit: string
  readonly series: readonly Series[]
  /** Default `linear`. `log`: for what is small for long, and large for a moment; zeros are left out. */
  readonly scale?: 'linear' | 'log'
  /** A line that must not be passed. */
  readonly bound?: { readonly name: string; readonly at: number }
}

/** A stretch of the horizontal axis, with a name. */
export interface Span {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** Small charts over one horizontal axis. */
export interface Figure {
  readonly title: string
  /** Under which settings it came to be. */
  readonly subtitle: string
  /** Of `x`: `minutes`. */
  readonly axis: string
  readonly spans: readonly Span[]
  readonly panels: readonly Panel[]
}
