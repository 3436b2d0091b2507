export { testFlow, type Dead, type FlowTest, type Report, type SendOptions, type TestOptions } from './test-flow.js'
export type { Delivered, Stand } from './record.js'
export { virtualClock, type ScopedClock, type SettleOptions, type VirtualClock } from './virtual-clock.js'
