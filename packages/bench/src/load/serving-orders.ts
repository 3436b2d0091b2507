/** What a server under load is asked for: what it has used since it was asked last. */
export interface ServingOrder {
  readonly as: 'usage'
}
