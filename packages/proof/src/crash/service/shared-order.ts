// What a process and its threads share: the point to die at (0: none), how many times it is still passed, and where a
// checkpoint stands.
export const POINT = 0
export const COUNTDOWN = 1
export const CHECKPOINT = 2

/** Values of `CHECKPOINT`. */
export const RUNNING = 1
export const OVER = 2

export type SharedOrder = Int32Array<SharedArrayBuffer>

export const sharedOrder = (): SharedOrder => new Int32Array(new SharedArrayBuffer(12))

/** Whether this is the pass at which to die. */
export const isDue = (order: SharedOrder, point: number): boolean =>
  Atomics.load(order, POINT) === point && Atomics.sub(order, COUNTDOWN, 1) === 1
