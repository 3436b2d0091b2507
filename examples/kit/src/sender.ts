import { setTimeout as wait } from 'node:timers/promises'

/** What came back; status 0: nothing. */
export interface Posted {
  readonly status: number
  /** Seconds that the receiver asked to be left alone. */
  readonly retryAfter?: number | undefined
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1000

/** Posts until the answer is a 2xx. `again` is called for each try but the first. */
export const untilAcknowledged = async (
  post: () => Promise<Posted>,
  again: () => void = () => {},
): Promise<void> => {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const { status, retryAfter } = await post()
    if (status >= 200 && status < 300) return
    again()
    await wait(retryAfter === undefined ? pause * (0.5 + Math.random() / 2) : retryAfter * 1000)
  }
}

/** Sends all of them in order, `concurrency` at a time. */
export const sendAll = async <A>(
  all: Iterable<A>,
  concurrency: number,
  send: (one: A) => Promise<void>,
): Promise<void> => {
  const rest = all[Symbol.iterator]()
  const work = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await send(next.value)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}
