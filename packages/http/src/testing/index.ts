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
export { cacheStoreContract, type CacheStoreCase } from '../gateway/cache/store-contract.js'
export {
  mockRemote,
  type DeclaringClient,
  type MockRemote,
  type MockRemoteOptions,
} from './remote/mock-remote.js'
export { on, type DeclaredCall, type MockHandler, type MockHandling, type OnOptions } from './remote/on.js'
export type { MockRequest } from './remote/mock-request.js'
export { problem, reply, type MockReply, type ProblemParts } from './remote/reply.js'
export { collection, type Collection } from './remote/collection.js'
export {
  fault,
  type FaultKind,
  type FaultMakers,
  type FaultOptions,
  type RemoteFault,
  type StatusFaultOptions,
} from './remote/fault.js'
export type { MockedRequest } from './remote/request-log.js'
export type { ListeningRemote } from './remote/listening.js'
export { failureOf, type FailureFor, type FailureOfOptions, type Wrong } from './failure-of.js'
