import {
  createDestination,
  decodeWith,
  deadLetter,
  flow,
  memoryJournal,
  read,
  right,
  silentLogger,
  target as targetOf,
  type Destination,
  type Deployable,
  type Flow,
  type Journal,
  type Result,
  type Source,
  type Step,
  type Target,
} from '@xconnector/core'
import * as t from 'io-ts'

// What makes sense, for the other arguments of a call. Each is new, so that no row depends on another.

export const destination = (): Destination => createDestination({ name: 'site' })

export const target = (name = 'post'): Target<string, string, never> =>
  targetOf<string, Result<never, string>, 'keyed'>({
    name,
    destination: destination(),
    effect: 'keyed',
    run: (input: string) => right(input),
  })

export const closed = (): Deployable<string> =>
  flow('orders', { log: silentLogger }).input<string>().to(target()).otherwise(deadLetter())

export const source = (): Source<string> => ({
  name: 'lines',
  single: false,
  decode: decodeWith(t.string),
  start: () => ({ stop: () => undefined }),
})

export const journal = (): Journal => memoryJournal()

export const query = (name = 'stock'): Step<string, number, never> =>
  read({
    name,
    destination: destination(),
    call: () => ({ result: right(1), seen: { as: 'ok' } as const }),
  })

export const open = (): Flow<string, string, never> => flow('greet', { log: silentLogger }).input<string>()
