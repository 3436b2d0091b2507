import { checkFunction, checkName } from '../flow/name.js'
import { checkMade } from '../message/check-made.js'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { decider } from '../decode/decode-with.js'
import type { AnyDecoder, Decoded } from '../decode/decoder.js'
import type { Verdict } from '../decode/verdict.js'
import { DecodeFailed, type Issue } from '../failure/decode-failed.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Body, Failing } from '../flow/routed.js'
import { left, right, type May, type Result } from '../result/result.js'
import type { Step } from '../step/step.js'

/** One shape that a body may come in, and how it becomes the canonical one. Made by `shape`. */
export interface Shape<out R> {
  /** Whether a value has this shape. May throw or reject as its decoder does. */
  readonly decide: (value: unknown) => May<Verdict<unknown>>
  /** Pure: what is given is what the decoder gave. */
  readonly map: (body: never) => R
}

/** What the maps of some shapes give. */
export type ShapesGive<S> = S[keyof S] extends Shape<infer R> ? R : never

/** A step that knows several shapes, and at the same time a decoder (a Standard Schema) of them. */
export type Normalizer<B, E extends Tagged> = Step<unknown, B, E> & StandardSchemaV1<unknown, B>

/**
 * A shape for `normalize`: an io-ts codec or a Standard Schema, and a pure function that makes the canonical body of what it
 * gives. The function may return a failure.
 */
export const shape = <const D extends AnyDecoder, R>(decoder: D, map: (body: Decoded<D>) => R): Shape<R> => {
  checkFunction('shape: map', map)
  return { decide: decider(decoder, 'shape: decoder'), map }
}

/**
 * Normalizer: bodies of several shapes become one canonical body. The shapes are tried in the order given; the first that
 * fits decides.
 *
 * The value is a step (`flow.via(orders)`), and a decoder too: wherever an io-ts codec or a Standard Schema is taken, say by
 * a webhook with two payloads. There a failure that a map returns is one of decoding.
 *
 * Failures: `DecodeFailed` (poison) when no shape fits. Its issues say what each shape missed, at most three a shape, the
 * first of each shape first. `StepFailed` (permanent) when a map throws; and what the maps return.
 *
 * @param shapes By name; the names are those in the failure.
 * @throws TypeError when there is no shape, or a name is a whole number: JavaScript would change the order.
 * @example
 * const orders = normalize('order', {
 *   shop: shape(ShopOrder, (o) => ({ id: o.order_id, total: o.total })),
 *   market: shape(MarketOrder, (o) => ({ id: o.ref, total: o.lines.reduce((sum, l) => sum + l.price, 0) })),
 * })
 */
export const normalize = <const S extends Readonly<Record<string, Shape<unknown>>>>(
  name: string,
  shapes: S,
): Normalizer<Body<ShapesGive<S>>, DecodeFailed | StepFailed | Failing<ShapesGive<S>>> => {
  checkName('normalize', name)
  const known = Object.entries<Shape<unknown>>(typeof shapes === 'object' ? (shapes ?? {}) : {})
  if (known.length === 0) throw new TypeError(`normalize "${name}": shapes: expected at least one shape`)
  for (const [key, s] of known)
    checkMade(
      `normalize "${name}": shapes.${key}`,
      'a shape, made by shape(decoder, map)',
      s,
      'decide',
      'map',
    )
  const number = known.find(([key]) => /^\d+$/.test(key))
  if (number !== undefined)
    throw new TypeError(
      `normalize "${name}": the shape "${number[0]}" would be tried first: give it a name that is no number`,
    )
  const made: Normalizer<unknown, Tagged> = {
    name,
    effect: 'none',
    run: (body) => settle(fitting(known, body, 0, []), (fit) => mapped(name, fit)),
    '~standard': {
      version: 1,
      vendor: 'xconnector',
      validate: (value) => settle(fitting(known, value, 0, []), validated),
    },
  }
  return made as never
}

/** The shape that fits with what it decoded, or what each of them missed. */
type Fit = Result<readonly Issue[], { readonly shape: Shape<unknown>; readonly body: unknown }>
type Known = readonly (readonly [string, Shape<unknown>])[]

const PER_SHAPE = 3

const settle = <A, B>(value: May<A>, f: (value: A) => B): May<B> =>
  value instanceof Promise ? value.then(f) : f(value)

const fitting = (known: Known, value: unknown, from: number, missed: (readonly Issue[])[]): May<Fit> => {
  for (let i = from; i < known.length; i++) {
    const [name, tried] = known[i]!
    const verdict = verdictOf(tried, value)
    if (verdict instanceof Promise)
      return verdict.then((v) =>
        v._tag === 'Right'
          ? right({ shape: tried, body: v.right })
          : fitting(known, value, i + 1, [...missed, because(name, v.left)]),
      )
    if (verdict._tag === 'Right') return right({ shape: tried, body: verdict.right })
    missed.push(because(name, verdict.left))
  }
  return left(Array.from({ length: PER_SHAPE }, (_, n) => missed.flatMap((issues) => issues[n] ?? [])).flat())
}

// A decoder that throws did not fit.
const verdictOf = ({ decide }: Shape<unknown>, value: unknown): May<Verdict<unknown>> => {
  const thrown = (cause: unknown): Verdict<unknown> =>
    left([
      { path: [], message: `the decoder threw ${cause instanceof Error ? cause.name : `a ${typeof cause}`}` },
    ])
  try {
    const verdict = decide(value)
    return verdict instanceof Promise ? verdict.catch(thrown) : verdict
  } catch (cause) {
    return thrown(cause)
  }
}

const because = (shape: string, issues: readonly Issue[]): readonly Issue[] => {
  const rest = issues.length - PER_SHAPE
  return issues.slice(0, PER_SHAPE).map(({ path, message }, n) => ({
    path,
    message: `not ${shape}: ${message}${rest > 0 && n === PER_SHAPE - 1 ? `, and ${rest} more` : ''}`,
  }))
}

const mapped = (name: string, fit: Fit): Result<Tagged, unknown> => {
  if (fit._tag === 'Left') return left(new DecodeFailed(fit.left))
  try {
    const body = fit.right.shape.map(fit.right.body as never)
    return isFailure(body) ? left(body) : right(body)
  } catch (thrown) {
    return left(new StepFailed(name, thrown))
  }
}

const validated = (fit: Fit): StandardSchemaV1.Result<unknown> => {
  if (fit._tag === 'Left') return { issues: fit.left }
  const value = fit.right.shape.map(fit.right.body as never)
  return isFailure(value) ? { issues: [{ message: `${value._tag}: ${value.message}`, path: [] }] } : { value }
}
