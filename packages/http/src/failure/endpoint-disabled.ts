import { Failure } from '@xconnector/core'

/** An endpoint of outgoing webhooks takes none: it is disabled, was disabled by this attempt, or is not there any more. */
export class EndpointDisabled extends Failure<'EndpointDisabled', 'permanent'> {
  /** The endpoint's id. */
  readonly endpoint: string
  /** `gone`: it answered 410. `failing`: it failed for too long. `asked`: somebody disabled it. `removed`: no such endpoint. */
  readonly why: 'gone' | 'failing' | 'asked' | 'removed'
  /** Epoch milliseconds since when it is disabled. */
  declare readonly since?: number

  constructor(endpoint: string, why: EndpointDisabled['why'], since?: number, cause?: unknown) {
    super(
      'EndpointDisabled',
      'permanent',
      `nothing is sent to the endpoint ${JSON.stringify(endpoint)}: ${WHY[why]}`,
      cause === undefined ? {} : { cause },
    )
    this.endpoint = endpoint
    this.why = why
    if (since !== undefined) this.since = since
  }
}

const WHY: Readonly<Record<EndpointDisabled['why'], string>> = {
  gone: 'it answered 410, it wants no more',
  failing: 'it has failed for too long; enable it when it is mended',
  asked: 'it was disabled by hand',
  removed: 'there is none of that id',
}
