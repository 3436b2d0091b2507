// The body of a caller's process: many calls in flight, GETs first and then POSTs.
import { obeying } from '../harness/obeying.ts'
import { inFlight, seconds } from '../journal/in-flight.ts'
import { paddedEntry } from '../load/padded.ts'
import type { CallerOf } from './caller.ts'
import type { Called, CallOrder } from './orders.ts'

const BODY_BYTES = 2048

const measured = async (n: number, width: number, call: () => Promise<unknown>): Promise<Called> => {
  const answer = (await call()) as { readonly ok?: unknown }
  if (answer.ok !== true) throw new Error(`an answer was not read: ${JSON.stringify(answer)}`)
  const before = process.cpuUsage()
  const took = await seconds(() => inFlight(n, width, call))
  const { user, system } = process.cpuUsage(before)
  return { cpuUs: (user + system) / n, perSecond: n / took }
}

/** Does as its parent asks. */
export const calling = (callerOf: CallerOf): void => {
  const caller = callerOf(process.env['ANSWERER'] ?? '')
  const body = paddedEntry(BODY_BYTES)
  const calls = { get: () => caller.get(), post: () => caller.post(body) }
  obeying<CallOrder>({}, (order) =>
    order.as === 'call' ? measured(order.n, order.width, calls[order.call]) : {},
  )
}
