import { Failure, isFailure, type Kind } from '../failure/failure.js'

/**
 * A stream that was being parked broke before its end; nothing was stored. Its kind is that of the failure it broke with, else
 * `transient`.
 */
export class StreamBroken extends Failure<'StreamBroken', Kind> {
  constructor(cause: unknown) {
    const why = isFailure(cause) ? cause._tag : cause instanceof Error ? cause.name : typeof cause
    super(
      'StreamBroken',
      isFailure(cause) ? cause.kind : 'transient',
      `the stream broke before its end: ${why}`,
      {
        cause,
      },
    )
  }
}
