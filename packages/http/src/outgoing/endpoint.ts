import type { Secret } from '@xconnector/core'

/** A secret that signs what is sent to an endpoint: `whsec_…` by `v1`, `whsk_…` by `v1a`. */
export interface EndpointSecret {
  readonly secret: string | Secret
  /** Epoch milliseconds from which on it signs no more. Left out: it signs. */
  readonly until?: number
}

/** Why nothing is sent to an endpoint. `gone`: it answered 410. `failing`: the policy said so. `asked`: somebody did. */
export type DisabledWhy = 'gone' | 'failing' | 'asked'

/** Where somebody wants webhooks. An immutable value, without functions: stores keep it as they like. */
export interface WebhookEndpoint {
  readonly id: string
  /** `https`; with a query if need be, without credentials. */
  readonly url: string
  /** The newest first: all that have not run out sign, one after the other. */
  readonly secrets: readonly EndpointSecret[]
  /** The types of events that it wants. Left out: all. */
  readonly types?: readonly string[]
  /** Set while nothing is sent to it. `since`: epoch milliseconds. */
  readonly disabled?: { readonly why: DisabledWhy; readonly since: number }
  /** Set while all that is sent to it fails: since when (epoch milliseconds), and how many times. */
  readonly failing?: { readonly since: number; readonly inRow: number }
}

/** The same endpoint, to which nothing is sent. The first reason stays. */
export const disabledEndpoint = (endpoint: WebhookEndpoint, why: DisabledWhy, now: number): WebhookEndpoint =>
  endpoint.disabled === undefined ? { ...endpoint, disabled: { why, since: now } } : endpoint

/** The same endpoint at work again, with no failures behind it. */
export const enabledEndpoint = (endpoint: WebhookEndpoint): WebhookEndpoint => {
  const { disabled: _disabled, failing: _failing, ...rest } = endpoint
  return rest
}

/** The same endpoint with a new secret in front; those that sign now sign for `overlapMs` more. */
export const rotatedEndpoint = (
  endpoint: WebhookEndpoint,
  secret: string | Secret,
  now: number,
  overlapMs: number,
): WebhookEndpoint => ({
  ...endpoint,
  secrets: [
    { secret },
    ...signing(endpoint, now).map((s) => ({ ...s, until: Math.min(s.until ?? Infinity, now + overlapMs) })),
  ],
})

/** The secrets of an endpoint that have not run out. */
export const signing = ({ secrets }: WebhookEndpoint, now: number): readonly EndpointSecret[] =>
  secrets.filter(({ until }) => until === undefined || now < until)
