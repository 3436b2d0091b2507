/**
 * What a person asks of a running service through its journal, because only the service can do it: a whole message can
 * be sent again only by its flow, which knows how to read it.
 */
export interface OperatorRequest {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly verb: 'replay-message'
  /** Ids of dead letters. */
  readonly ids: readonly string[]
  readonly by?: string
}

/** What came of a request. */
export interface OperatorAnswer {
  readonly id: string
  readonly at: number
  /** As `deadLetters.replay` gives them; or what went wrong. */
  readonly ok?: readonly { readonly id: string; readonly as: string; readonly root?: string }[]
  readonly no?: string
}
