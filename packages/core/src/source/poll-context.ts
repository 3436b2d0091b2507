import type { Destination, Leave } from '../destination/destination.js'
import type { CircuitOpen } from '../failure/circuit-open.js'
import type { Clock } from '../ports/clock.js'
import type { May, Result } from '../result/result.js'
import { CallContext, entered, stepLog } from '../step/context.js'
import type { Parked, StepLog } from '../step/step.js'
import type { PollContext } from './poll-options.js'
import type { Intake } from './source.js'

/** The context of one call of `fetch` or `ids`. A parked destination is not waited for: the poll comes again. */
export class FetchContext extends CallContext implements PollContext {
  readonly since: number | undefined
  readonly #name: string
  readonly #signal: AbortSignal

  constructor(
    name: string,
    intake: Intake,
    clock: Clock,
    call: {
      readonly since: number | undefined
      readonly signal: AbortSignal
      readonly ms: number
      readonly input: unknown
    },
  ) {
    const env = { clock, ids: intake.ids, log: intake.log, config: intake.config }
    super(env, `poll ${name}`, call.input, { signal: call.signal, deadline: clock.now() + call.ms })
    this.since = call.since
    this.#name = name
    this.#signal = call.signal
  }
  override get log(): StepLog {
    return stepLog(this.env.log, () => ({ source: this.#name }))
  }
  override enter(destination: Destination): May<Leave | Result<CircuitOpen | Parked, never>> {
    return entered(destination, this.env.clock, this.#signal, 'now')
  }
}
