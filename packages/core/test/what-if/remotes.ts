import {
  createDestination,
  read,
  right,
  target,
  type Destination,
  type Effect,
  type Step,
  type Target,
} from '../../src/index.js'

const site = createDestination({ name: 'site' })

/** A target that no test may call. */
export const untouched = <A, B = unknown>(
  name: string,
  effect: Exclude<Effect, 'none'> = 'keyed',
): Target<A, B> =>
  target({
    name,
    destination: site,
    effect,
    call: (): never => {
      throw new Error(`target ${name} was called`)
    },
    // Whoever asks is told that it was delivered.
    reconcile: async () => ({ found: undefined as never }),
  }) as unknown as Target<A, B>

/** A read that no test may make. */
export const unasked = <A, B>(name: string): Step<A, B> & { readonly destination: Destination } =>
  read<A, B, never>({
    name,
    destination: site,
    call: (): never => {
      throw new Error(`read ${name} was made`)
    },
  })

/** A read that may be made, and counts how often. */
export const counting = <A, B>(name: string, give: (input: A) => B): Step<A, B> & { readonly asked: A[] } => {
  const asked: A[] = []
  const made = read<A, B, never>({
    name,
    destination: site,
    call: (input) => {
      asked.push(input)
      return { result: right(give(input)), seen: { as: 'ok' } }
    },
  })
  return { ...made, asked }
}
