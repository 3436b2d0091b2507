/** What a flow gets of a poll with `deletions`: an item that is new or changed, or the id of one that is gone. */
export type Change<A> =
  | { readonly change: 'item'; readonly item: A }
  | { readonly change: 'deleted'; readonly id: string }
