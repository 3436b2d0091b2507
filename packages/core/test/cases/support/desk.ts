import { deadLetter, flow, type Deployable, type Failed } from '../../../src/index.js'
import type { Remote } from '../../semantics/remote.js'
import { sink } from './sink.js'

/** A flow that takes what others divert, and hands it to a place of the same name. */
export const desk = (name: string): { readonly at: Remote<Failed, never>; readonly flow: Deployable } => {
  const at = sink<Failed>(name)
  return { at, flow: flow(`${name} desk`).input<Failed>().to(at).otherwise(deadLetter()) }
}

/** What was diverted to a place: bodies and tags. */
export const diverted = (at: Remote<Failed, never>): readonly (readonly [body: unknown, tag: string])[] =>
  at.calls.map((c) => [c.input.body, c.input.error._tag])
