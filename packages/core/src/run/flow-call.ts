import { CallContext } from '../step/context.js'
import type { Line, RunContext } from './line.js'

/** The context of one call of a flow, in memory. */
export class FlowCall extends CallContext implements RunContext {
  declare failed: Line | undefined

  /** In memory nothing is marked before an unsafe effect. */
  sending(): undefined {
    return undefined
  }
  fork(branch: string, body: unknown): RunContext {
    return new FlowCall(this.env, this.source, body, {
      ...this.options,
      message: this.message,
      key: `${this.key}/${branch}`,
    })
  }
}
