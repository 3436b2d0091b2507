/**
 * Why a group is complete. `size`, `ends`, `begins`, `silence`, `every`, `within`: the option of that name. `signal`: a
 * message said so. `newer`: another group was opened (`closesOlder`). `stop`: the runtime stopped. `call`: an in-memory
 * call, where every message is a group of its own. `end`: the items of a `collect` are over.
 */
export type CompletedBy =
  | 'size'
  | 'ends'
  | 'begins'
  | 'silence'
  | 'every'
  | 'within'
  | 'signal'
  | 'newer'
  | 'stop'
  | 'call'
  | 'end'

/** A group that is not complete yet, as tests of it see it. Times are epoch milliseconds, by the clock. */
export interface ListGroup {
  /** Empty where the pattern has no `key`. */
  readonly key: string
  /** How many messages it holds. */
  readonly count: number
  /** When its first message was added. */
  readonly first: number
  /** When its last one was. */
  readonly last: number
}

/** The same, with what its messages were folded into. */
export interface Group<out V> extends ListGroup {
  readonly value: V
}

/** What goes on when a group is complete. */
export interface Joined<out V> extends Group<V> {
  readonly by: CompletedBy
}
