import type { May } from '@xconnector/core'
import type { WebhookEndpoint } from './endpoint.js'

/**
 * Where endpoints are kept. A port: most services have a table of them. A rejection means: not now, come again.
 * `endpointStoreContract` of `@xconnector/http/testing` says what a store must do, as a list of cases.
 */
export interface EndpointStore {
  get(id: string): May<WebhookEndpoint | undefined>
  list(): May<readonly WebhookEndpoint[]>
  /**
   * Replaces an endpoint by what `change` makes of it, in one step: what others change meanwhile is not lost (a transaction,
   * or compare-and-swap, for which `change` is called again). Given back unchanged, nothing need be written. Gives the
   * endpoint as it is then; undefined when there is none.
   */
  update(id: string, change: (endpoint: WebhookEndpoint) => WebhookEndpoint): May<WebhookEndpoint | undefined>
}
