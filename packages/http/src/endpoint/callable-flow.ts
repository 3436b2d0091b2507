import type { Duration, Result } from '@xconnector/core'
import type { Ending } from './failure-answers.js'

/** What an endpoint calls: an open flow, or a query or target of a client. */
export interface CallableFlow<In, Out, L extends Ending> {
  readonly name: string
  call(
    input: In,
    options?: { readonly signal?: AbortSignal; readonly deadline?: Duration; readonly key?: string },
  ): Promise<Result<L, Out>>
}
