export { overNodeHttp } from './over-node-http.js'
export { wireFaults, type WireFaults, type WireFaultsOptions } from './wire-faults/wire-faults.js'
export type { WireAnswer, WireFault, WireStage } from './wire-faults/wire-fault.js'
export type { Received } from './wire-faults/received.js'
export {
  idempotencyContract,
  type IdempotencyStoreMaker,
  type IdempotencyStoreUnderTest,
} from './idempotency-contract.js'
export {
  endpointStoreContract,
  type EndpointStoreMaker,
  type EndpointStoreUnderTest,
} from './endpoint-store-contract.js'
