/** How a message, or a branch of it, ends otherwise than by being delivered. */
export interface End {
  readonly as:
    | 'dead'
    | 'filtered'
    | 'discarded'
    | 'diverted'
    | 'superseded'
    | 'duplicate'
    /** It waits when all else is over: behind another of its key, or for an answer. */
    | 'waiting'
    /** This version has no such hop, under no name. */
    | 'orphan'
  readonly hop: string
  /** Of a dead one: the tag of its failure. */
  readonly tag?: string
  /** Of a dead one: what the failure says, credentials masked. */
  readonly message?: string
}
