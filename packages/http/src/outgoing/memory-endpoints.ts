import { checkList } from '../config/check-option.js'
import { checkedEndpoint } from './checked-endpoint.js'
import type { WebhookEndpoint } from './endpoint.js'
import type { EndpointStore } from './endpoint-store.js'

/** Endpoints in memory: for tests, and for those that stand in the code. */
export interface MemoryEndpoints extends EndpointStore {
  get(id: string): WebhookEndpoint | undefined
  list(): readonly WebhookEndpoint[]
  update(id: string, change: (endpoint: WebhookEndpoint) => WebhookEndpoint): WebhookEndpoint | undefined
  /** Adds an endpoint, or replaces it. */
  put(endpoint: WebhookEndpoint): void
  remove(id: string): void
}

/**
 * A store of endpoints in memory. What is disabled is forgotten with the process.
 *
 * @throws TypeError for an endpoint that cannot be used, or an id that comes twice.
 */
export const memoryEndpoints = (endpoints: readonly WebhookEndpoint[] = []): MemoryEndpoints => {
  checkList('memoryEndpoints endpoints', endpoints)
  const all = new Map(endpoints.map((e) => [e.id, checkedEndpoint(e)]))
  if (all.size < endpoints.length) throw new TypeError('memoryEndpoints: expected ids that differ')
  return {
    get: (id) => all.get(id),
    list: () => [...all.values()],
    update(id, change) {
      const found = all.get(id)
      if (found === undefined) return undefined
      const changed = change(found)
      all.set(id, changed)
      return changed
    },
    put: (endpoint) => void all.set(endpoint.id, checkedEndpoint(endpoint)),
    remove: (id) => void all.delete(id),
  }
}
