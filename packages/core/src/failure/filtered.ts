/** How a call ends when a filter said no. Not a failure: it needs no route, and a deployed message is done. */
export interface Filtered {
  readonly _tag: 'Filtered'
  /** The filter that said no. */
  readonly step: string
}
