import type { Engine } from '../interleave-engine.js'
import type { Waits } from '../interleaved-clock.js'
import type { FaultKind } from './fault.js'
import type { Stage } from './process.js'

/** What the network does to one call: decided when it leaves. */
export interface Passage {
  readonly kind?: FaultKind | undefined
  readonly ms?: number | undefined
}

/** What came back. */
export type Came<A> = { readonly as: 'answer'; readonly value: A } | { readonly as: 'refused' | 'lost' }

/** The kinds that a call of a remote may meet. */
export const ON_THE_WIRE: readonly FaultKind[] = ['refuse', 'slow', 'lost', 'duplicate']

/**
 * Carries one call to a remote and its answer back: each takes some steps, so that calls overtake each other. The remote
 * acts whoever has died meanwhile. `tell` is called in a step of nobody's.
 */
export const carry = <A>(
  stage: Stage & { readonly waits: Waits },
  passage: Passage,
  act: (copy: boolean) => Promise<A>,
  tell: (came: Came<A>) => void,
  threw: (thrown: unknown) => void,
): void => {
  const { engine, waits } = stage
  const arrive = (): void => {
    act(false).then((value) => {
      if (passage.kind === 'lost') tell({ as: 'lost' })
      else if (passage.kind === 'slow')
        asleep(engine, waits, passage.ms ?? 0, () => tell({ as: 'answer', value }))
      else tell({ as: 'answer', value })
    }, threw)
  }
  if (passage.kind === 'refuse') return engine.ready(undefined, () => tell({ as: 'refused' }))
  engine.ready(undefined, arrive)
  // A copy's answer is nobody's.
  if (passage.kind === 'duplicate') engine.ready(undefined, () => void act(true).catch(() => {}))
}

/** Waits on behalf of a call: time may move meanwhile. */
const asleep = (engine: Engine, waits: Waits, ms: number, f: () => void): void => {
  waits.sleeping++
  engine.timer(undefined, ms, f, false, () => waits.sleeping--)
}
