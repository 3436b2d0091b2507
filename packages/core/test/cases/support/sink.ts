import type { Tagged } from '../../../src/index.js'
import { fine, remote, type Remote } from '../../semantics/remote.js'
import { Forced } from './failures.js'

/** A place that takes everything and keeps what it got. */
export const sink = <A = string>(name: string): Remote<A, never> => fine<A>(name)

/** A target that refuses its first calls (all of them, when nothing is said), then takes everything. */
export const refusing = <E extends Tagged = Forced, A = string>(
  name: string,
  times = Infinity,
  error: (nth: number, input: A) => E = (nth) => new Forced({ nth }, 'Forced') as Tagged as E,
): Remote<A, E> => remote<E, A>(name, (input, _ctx, nth) => (nth <= times ? error(nth, input) : { ok: true }))
