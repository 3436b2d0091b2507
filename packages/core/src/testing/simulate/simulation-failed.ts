import type { Ledger } from './ledger.js'
import type { Part } from './options.js'
import type { Run } from './run-seed.js'
import { timeline } from './timeline.js'

/** A run that broke a law: which seed, which law, and its story, as short as it could be made. */
export class SimulationFailed extends Error {
  readonly seed: number
  /** The name of the law; `drains`: not everything came to rest. */
  readonly law: string
  /** How it was broken, in the shortened run. */
  readonly why: string
  /** The part of the seed's run that the timeline shows: `simulate(flows, { …, seed, only })` plays it again. */
  readonly only: Part
  /** The story, line by line. */
  readonly timeline: readonly string[]
  /** All that is known of the shortened run. */
  readonly ledger: Ledger

  /** `unlike`: the seed did something else when it was run again. */
  constructor(run: Run, part: Part, unlike?: true) {
    const { law, why } = run.broken!
    const { lines, names } = timeline(run)
    const told = names.named(why)
    super(
      [
        `${law}: ${told}`,
        '',
        `with seed ${run.seed}; run it alone: simulate(flows, { …, seed: ${run.seed} })`,
        ...alone(run.seed, part),
        ...(unlike === true ? UNLIKE : []),
        '',
        ...lines,
      ].join('\n'),
    )
    this.name = 'SimulationFailed'
    this.seed = run.seed
    this.law = law
    this.why = told
    this.only = part
    // Not told again beside the message, where the whole error is printed.
    this.timeline = hidden(this, 'timeline', lines)
    this.ledger = hidden(this, 'ledger', run.ledger)
  }
}

const UNLIKE: readonly string[] = [
  'Run again, this seed did something else, so its story could not be made shorter. Flows and world must draw on sim alone:',
  'not on Math.random, Date.now, new Date(), timers of their own, or state that outlives a run.',
]

const hidden = <A>(on: object, name: string, value: A): A => {
  Object.defineProperty(on, name, { value, enumerable: false, writable: true, configurable: true })
  return value
}

const alone = (seed: number, part: Part): readonly string[] => {
  if (part.messages === undefined) return []
  const only = JSON.stringify(part)
  return [`the story below: simulate(flows, { …, seed: ${seed}, only: ${only} })`]
}
