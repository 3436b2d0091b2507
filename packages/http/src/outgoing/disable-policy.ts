import { millis, type Duration } from '@xconnector/core'
import { disabledEndpoint, type WebhookEndpoint } from './endpoint.js'

/** When an endpoint that fails is disabled. */
export interface DisableOptions {
  /** When all that was sent to it for so long has failed. Default `'5d'`. `false`: never for that. */
  readonly after?: Duration | false
  /** When so many attempts in a row have failed. Default: never for that. */
  readonly failures?: number
}

/** What becomes of an endpoint by a failed attempt. */
export type DisablePolicy = (endpoint: WebhookEndpoint, now: number) => WebhookEndpoint

/** @throws TypeError naming the option that makes no sense. */
export const disablePolicy = (options: DisableOptions, at: string): DisablePolicy => {
  const { after = '5d', failures } = options
  const afterMs = after === false ? Infinity : millis(after, `${at} disable.after`)
  if (failures !== undefined && (!Number.isSafeInteger(failures) || failures < 1))
    throw new TypeError(`${at} disable.failures: expected 1 or more, got ${String(failures)}`)
  return (endpoint, now) => {
    const since = endpoint.failing?.since ?? now
    const inRow = (endpoint.failing?.inRow ?? 0) + 1
    const failed = { ...endpoint, failing: { since, inRow } }
    const over = (inRow > 1 && now - since >= afterMs) || inRow >= (failures ?? Infinity)
    return over ? disabledEndpoint(failed, 'failing', now) : failed
  }
}

/** The endpoint after an attempt that was taken. */
export const recovered = (endpoint: WebhookEndpoint): WebhookEndpoint => {
  if (endpoint.failing === undefined) return endpoint
  const { failing: _failing, ...rest } = endpoint
  return rest
}
