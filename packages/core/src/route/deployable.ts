import type { Takes } from '../step/step.js'

/** A flow whose every error has a route: what `createRuntime` takes. `In`: what it begins with, where that matters. */
export interface Deployable<in In = never> {
  /** In types only, never set. */
  readonly takes?: Takes<In> | undefined
  readonly name: string
  readonly closed: true
}
