import type { Clock, Destination } from '@xconnector/core'
import type { Wire } from './wire.js'

/** What a wire asks of its destination before its quick retry. */
export interface WireGate extends Pick<Wire, 'parkedUntil' | 'mayRepeat'> {}

/** The gate of a destination for wires, by the clock; a function that remembers the last one, since a runtime has one. */
export const wireGateOf = (destination: Destination): ((clock: Clock) => WireGate) => {
  let last: { readonly clock: Clock; readonly gate: WireGate } | undefined
  return (clock) => {
    if (last?.clock !== clock)
      last = {
        clock,
        gate: {
          parkedUntil: () => destination.gate(clock).parkedUntil(),
          mayRepeat: () => destination.gate(clock).mayRepeat(),
        },
      }
    return last.gate
  }
}
