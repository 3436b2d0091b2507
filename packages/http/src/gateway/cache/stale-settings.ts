import { millis, type Duration } from '@xconnector/core'
import type { RouteCacheOptions } from '../options.js'

/** What is assumed where an answer does not say, in seconds. */
export interface StaleSettings {
  readonly freshFor: number | undefined
  readonly whileRevalidate: number
  readonly ifError: number
}

const NOTHING: StaleSettings = { freshFor: undefined, whileRevalidate: 0, ifError: 0 }

/** A route's or a gateway's, over what stands above it. */
export const staleSettings = (
  options: RouteCacheOptions | undefined,
  above: StaleSettings | undefined,
  at: string,
): StaleSettings => {
  const from = above ?? NOTHING
  const seconds = (duration: Duration | undefined, option: string): number | undefined =>
    duration === undefined ? undefined : Math.floor(millis(duration, `${at} cache.${option}`) / 1000)
  return {
    freshFor: seconds(options?.freshFor, 'freshFor') ?? from.freshFor,
    whileRevalidate: seconds(options?.staleWhileRevalidate, 'staleWhileRevalidate') ?? from.whileRevalidate,
    ifError: seconds(options?.staleIfError, 'staleIfError') ?? from.ifError,
  }
}
