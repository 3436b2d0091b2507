/**
 * The outcome of something that may fail: structurally an fp-ts `Either`, so every fp-ts function takes it,
 * without this package importing fp-ts.
 */
export type Result<E, A> =
  | { readonly _tag: 'Left'; readonly left: E }
  | { readonly _tag: 'Right'; readonly right: A }

// Literals, not classes: a promise resolved with an object looks for `then` along its prototypes.
/** A result that failed. */
export const left = <E>(e: E): Result<E, never> => ({ _tag: 'Left', left: e })

/** A result that succeeded. */
export const right = <A>(a: A): Result<never, A> => ({ _tag: 'Right', right: a })

/** A value, or a promise of it. */
export type May<T> = T | Promise<T>
