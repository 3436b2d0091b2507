import type { Tagged } from '../failure/failure.js'
import type { Context } from '../step/step.js'
import type { Branch } from './typed.js'

/** Content-based router: cases are tried in order; a guard narrows what the later ones get. */
export interface Choose<A, out B = never, out E extends Tagged = never, out X = never> {
  when<N extends A, B2, E2 extends Tagged, X2 = never>(
    name: string,
    test: (body: A, ctx: Context) => body is N,
    branch: Branch<N, B2, E2, X2>,
  ): Choose<Exclude<A, N>, B | B2, E | E2, X | X2>
  when<B2, E2 extends Tagged, X2 = never>(
    name: string,
    test: (body: A, ctx: Context) => boolean,
    branch: Branch<A, B2, E2, X2>,
  ): Choose<A, B | B2, E | E2, X | X2>
  otherwise<B2, E2 extends Tagged, X2 = never>(branch: Branch<A, B2, E2, X2>): Chosen<B | B2, E | E2, X | X2>
}

/** Only `otherwise` gives one: the property's name is the compiler's message when it is missing. */
export interface Chosen<out B, out E, out X> {
  readonly 'end with .otherwise(…)': readonly [B, E, X]
}
