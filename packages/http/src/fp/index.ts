/** For programs written with fp-ts: calls, pages and endpoints as `TaskEither`. Calls give an `Either` already; this makes them lazy. */
export { taskOf, type CallableCall } from './task-of.js'
export { foldPages, itemsOf, type CallablePages } from './pages.js'
export { flowOf, type FlowOptions } from './flow-of.js'
