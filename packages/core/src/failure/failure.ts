/**
 * What kind of occurrence a failure was; the default routes go by it.
 * `transient`: refused or never sent. `unknown`: may have taken effect. `permanent`: will fail again.
 * `poison`: the message itself is bad.
 */
export type Kind = 'transient' | 'permanent' | 'poison' | 'unknown'

/** Whatever can be routed: a literal tag, and the kind of this occurrence. */
export interface Tagged {
  readonly _tag: string
  readonly kind: Kind
}

/** Options of a failure beside its message. */
export interface FailureOptions {
  /** What caused it. Kept on the object, never stored whole. */
  readonly cause?: unknown
  /** Epoch milliseconds before which the remote asked not to be called again. */
  readonly retryAt?: number
  /** Whether the remote refused this message only, or everything. */
  readonly scope?: 'message' | 'destination'
}

/**
 * The base of every expected failure: a class with a literal `_tag`, a `kind`, and own readonly data.
 * Failures are values: steps return them. Test them by `_tag`, never by `instanceof`, for two copies of a package
 * may be loaded in one process.
 */
export class Failure<Tag extends string, K extends Kind = Kind> extends Error {
  readonly _tag: Tag
  readonly kind: K
  declare readonly retryAt?: number
  declare readonly scope?: 'message' | 'destination'

  constructor(tag: Tag, kind: K, message: string, options?: FailureOptions) {
    super(message, options !== undefined && 'cause' in options ? { cause: options.cause } : undefined)
    this._tag = tag
    this.kind = kind
    hide(this, 'name', tag)
    if (options?.retryAt !== undefined) this.retryAt = options.retryAt
    if (options?.scope !== undefined) this.scope = options.scope
  }
}

const hide = (on: object, name: string, value: unknown): void => {
  Object.defineProperty(on, name, { value, enumerable: false, configurable: true, writable: true })
}

/** Whether a value is a failure, of this copy of the package or another. */
export const isFailure = (value: unknown): value is Failure<string> =>
  value instanceof Error &&
  typeof (value as Partial<Tagged>)._tag === 'string' &&
  typeof (value as Partial<Tagged>).kind === 'string'
