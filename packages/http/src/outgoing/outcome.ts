import { isParked, type StepLog, type Tagged } from '@xconnector/core'
import { EndpointDisabled } from '../failure/endpoint-disabled.js'
import { disabledEndpoint, type WebhookEndpoint } from './endpoint.js'
import { recovered, type DisablePolicy } from './disable-policy.js'
import type { EndpointStore } from './endpoint-store.js'

/** What outcomes are judged by. */
export interface Judge {
  readonly name: string
  readonly endpoints: EndpointStore
  readonly policy: DisablePolicy | undefined
  readonly onDisabled: ((endpoint: WebhookEndpoint, failure: Tagged) => unknown) | undefined
}

/** Notes that an endpoint took a webhook, where it failed before. */
export const delivered = async (judge: Judge, endpoint: WebhookEndpoint, log: StepLog): Promise<void> => {
  if (endpoint.failing === undefined) return
  await noted(judge, endpoint.id, recovered, log)
}

/**
 * Notes that an endpoint did not take a webhook. Gives the failure, or `EndpointDisabled` where this disabled it. What was
 * never the endpoint's fault counts for nothing: a request that could not be made, a call that was not let in.
 */
export const refused = async (
  judge: Judge,
  { id }: WebhookEndpoint,
  failure: Tagged,
  now: number,
  log: StepLog,
): Promise<Tagged> => {
  if (isParked(failure) || OURS.has(failure._tag)) return failure
  const gone = (failure as { readonly status?: unknown }).status === 410
  const { policy } = judge
  if (!gone && policy === undefined) return failure
  let did = false
  const after = await noted(
    judge,
    id,
    (endpoint) => {
      // It may be called again, for what another process has changed meanwhile.
      did = false
      if (endpoint.disabled !== undefined) return endpoint
      const changed = gone ? disabledEndpoint(endpoint, 'gone', now) : policy!(endpoint, now)
      did = changed.disabled !== undefined
      return changed
    },
    log,
  )
  if (after?.disabled === undefined) return failure
  if (did) tell(judge, after, failure, log)
  return new EndpointDisabled(id, after.disabled.why, after.disabled.since, failure)
}

const OURS: ReadonlySet<string> = new Set(['StepFailed', 'CircuitOpen'])

/** A store that fails here must not change what became of the webhook. */
const noted = async (
  { name, endpoints }: Judge,
  id: string,
  change: (endpoint: WebhookEndpoint) => WebhookEndpoint,
  log: StepLog,
): Promise<WebhookEndpoint | undefined> => {
  try {
    return await endpoints.update(id, change)
  } catch {
    log.warn('what became of a webhook could not be noted at its endpoint', { sender: name, endpoint: id })
    return undefined
  }
}

const tell = (
  { name, onDisabled }: Judge,
  endpoint: WebhookEndpoint,
  failure: Tagged,
  log: StepLog,
): void => {
  const { id, disabled } = endpoint
  log.warn('an endpoint of webhooks was disabled', { sender: name, endpoint: id, why: disabled!.why })
  const failed = (): void =>
    log.error('onDisabled failed', { sender: name, endpoint: id, why: disabled!.why })
  try {
    const told = onDisabled?.(endpoint, failure)
    if (told instanceof Promise) told.catch(failed)
  } catch {
    failed()
  }
}
