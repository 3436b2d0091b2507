import { Failure, type Kind } from './failure.js'

/** The constructor that `failure(tag, kind)` gives: takes the failure's own data, its message by option. */
export type FailureClass<T extends string, K extends Kind> = new <D extends object>(
  data: D,
  message?: string,
) => Failure<T, K> & Readonly<D>

/**
 * Makes a failure class of the user's own.
 *
 * @example
 * class NoRights extends failure('NoRights', 'permanent')<{ uid: string }> {}
 * flow.map('rights', (e) => rights.get(e.uid) ?? new NoRights({ uid: e.uid }))
 * @throws TypeError when the tag is no text, or the kind none of the four.
 */
export const failure = <T extends string, K extends Kind>(tag: T, kind: K): FailureClass<T, K> => {
  if (typeof tag !== 'string' || tag === '')
    throw new TypeError(`failure: tag: expected a text, got ${shown(tag)}`)
  if (!KINDS.has(kind))
    throw new TypeError(`failure "${tag}": kind: expected ${[...KINDS].join(', ')}, got ${shown(kind)}`)
  class Own extends Failure<T, K> {
    constructor(data: object, message?: string) {
      super(tag, kind, message ?? tag)
      Object.assign(this, data)
    }
  }
  return Own as unknown as FailureClass<T, K>
}

const KINDS: ReadonlySet<unknown> = new Set<Kind>(['transient', 'unknown', 'permanent', 'poison'])

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : typeof value)
