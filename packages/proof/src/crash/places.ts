import { join } from 'node:path'

/** Where a run keeps its things: all of them logs of lines but the journal. */
export interface Places {
  readonly directory: string
  readonly journal: string
  /** Requests as the receiver saw them. */
  readonly received: string
  /** A producer's log of what was acknowledged, synced line by line. */
  acknowledged(producer: string): string
  /** A producer's log of what it has begun to send. */
  begun(producer: string): string
  /** What one life of a service had in its hands. */
  hands(life: string): string
  /** The port at which a service listens. */
  port(service: string): string
  /** What a process has written to its output. */
  output(name: string): string
}

export const placesIn = (directory: string): Places => ({
  directory,
  journal: join(directory, 'journal.db'),
  received: join(directory, 'received.log'),
  acknowledged: (producer) => join(directory, `acknowledged-${producer}.log`),
  begun: (producer) => join(directory, `begun-${producer}.log`),
  hands: (life) => join(directory, `hands-${life}.log`),
  port: (service) => join(directory, `port-${service}`),
  output: (name) => join(directory, `output-${name}.txt`),
})
