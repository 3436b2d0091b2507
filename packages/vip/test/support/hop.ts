import {
  CallContext,
  silentLogger,
  systemClock,
  type Context,
  type Destination,
  type Json,
} from '@xconnector/core'

/** A hop that survives its processes: what is remembered by `once` is there again in the next attempt. */
export interface Hop {
  readonly remembered: Map<string, Json>
  /** The context of one more attempt. */
  attempt(signal?: AbortSignal): Context
}

export const hop = (): Hop => {
  const remembered = new Map<string, Json>()
  const env = {
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    ids: { next: () => 'id' },
    log: silentLogger,
    config: {},
  }
  return {
    remembered,
    attempt(signal) {
      const inner = new CallContext(
        env,
        'test',
        {},
        signal === undefined ? { key: 'k' } : { key: 'k', signal },
      )
      return {
        message: inner.message,
        key: inner.key,
        attempt: 1,
        signal: inner.signal,
        deadline: undefined,
        clock: inner.clock,
        log: inner.log,
        config: {},
        async once<A>(name: string, f: () => Promise<A>): Promise<A> {
          const known = remembered.get(name)
          if (known !== undefined) return known as A
          const value = await f()
          remembered.set(name, JSON.parse(JSON.stringify(value)) as Json)
          return value
        },
        enter: (destination: Destination) => inner.enter(destination),
      }
    },
  }
}
