export { undiciTransport, type UndiciTransportOptions } from './undici-transport.js'
export type { DispatchController, DispatchHandler, Dispatching, DispatchRequest } from './dispatching.js'
