import type { Result } from '../result/result.js'
import { CallContext, type ContextOptions, type Environment } from '../step/context.js'
import type { Line, RunContext } from './line.js'

/** The context of one call of a flow, in memory. */
export class FlowCall extends CallContext implements RunContext {
  failed: Line | undefined = undefined
  ended: ((result: Result<unknown, unknown>) => void) | undefined = undefined
  readonly #options: ContextOptions | undefined

  constructor(env: Environment, source: string, input: unknown, options?: ContextOptions) {
    super(env, source, input, options)
    this.#options = options
  }
  /** In memory nothing is marked before an unsafe effect. */
  sending(): undefined {
    return undefined
  }
  fork(branch: string, body: unknown): RunContext {
    return new FlowCall(this.env, this.source, body, {
      ...this.#options,
      message: this.message,
      key: `${this.key}/${branch}`,
    })
  }
}
