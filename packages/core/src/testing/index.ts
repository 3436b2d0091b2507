export {
  testFlow,
  type Dead,
  type FlowTest,
  type Report,
  type SendOptions,
  type TestOptions,
} from './test-flow.js'
export type { Delivered, Stand } from './record.js'
export { virtualClock, type ScopedClock, type SettleOptions, type VirtualClock } from './virtual-clock.js'
export {
  journalContract,
  journalManyContract,
  type JournalContractOptions,
} from './journal-contract/journal-contract.js'
export type {
  ContractCase,
  JournalMaker,
  JournalManyMaker,
  JournalsUnderTest,
  JournalUnderTest,
} from './journal-contract/contract.js'
export { manualClock, type ManualClock } from './journal-contract/manual-clock.js'
export {
  interleavings,
  type Interleaved,
  type Interleaving,
  type InterleavingsOptions,
} from './interleavings.js'
export type { Cluster, ClusterOptions } from './interleaved-cluster.js'
export type { Chances, Fault, Faults, Point } from './interleave-faults.js'
export type { Interleaver } from './interleaver.js'
export { InterleavingFailed } from './interleaving-failed.js'
export { Killed } from './killed.js'
export { simulate, type Simulated } from './simulate/simulate.js'
export type { Part, SimulateOptions } from './simulate/options.js'
export type { Remote, SimulatedSend, Simulation, World } from './simulate/world.js'
export type { FaultKind, FaultOptions, Struck } from './simulate/fault.js'
export { law, type Law } from './simulate/law.js'
export { laws, type Laws } from './simulate/laws/laws.js'
export type { Acknowledgement, Breach, Buried, Called, Ledger, Lived, Sent, Told } from './simulate/ledger.js'
export { SimulationFailed } from './simulate/simulation-failed.js'
