// The bodies of callers' processes: many calls in flight, GETs first and then POSTs.
import { median } from '../harness/median.ts'
import { obeying } from '../harness/obeying.ts'
import { inFlight, seconds } from '../journal/in-flight.ts'
import { paddedEntry } from '../load/padded.ts'
import type { CallerOf } from './caller.ts'
import type { Called, CallOrder, InTurns } from './orders.ts'

const BODY_BYTES = 2048

const measured = async (n: number, width: number, call: () => Promise<unknown>): Promise<Called> => {
  const answer = (await call()) as { readonly ok?: unknown }
  if (answer.ok !== true) throw new Error(`an answer was not read: ${JSON.stringify(answer)}`)
  const before = process.cpuUsage()
  const took = await seconds(() => inFlight(n, width, call))
  const { user, system } = process.cpuUsage(before)
  return { cpuUs: (user + system) / n, perSecond: n / took }
}

const callsOf = (callerOf: CallerOf): Readonly<Record<'get' | 'post', () => Promise<unknown>>> => {
  const caller = callerOf(process.env['ANSWERER'] ?? '')
  const body = paddedEntry(BODY_BYTES)
  return { get: () => caller.get(), post: () => caller.post(body) }
}

/** Does as its parent asks, with one caller. */
export const calling = (callerOf: CallerOf): void => {
  const calls = callsOf(callerOf)
  obeying<CallOrder>({}, (order) =>
    order.as === 'call' ? measured(order.n, order.width, calls[order.call]) : {},
  )
}

/** Does as its parent asks, with two callers in turns: what else the machine does then meets both alike. */
export const callingInTurns = (first: CallerOf, second: CallerOf): void => {
  const both = [callsOf(first), callsOf(second)] as const
  const turn = async (calls: (typeof both)[number], n: number, width: number): Promise<number> => {
    const get = await measured(n, width, calls.get)
    const post = await measured(n, width, calls.post)
    return get.cpuUs + post.cpuUs
  }
  obeying<CallOrder>({}, async (order): Promise<InTurns | object> => {
    if (order.as !== 'turns') return {}
    const { turns, n, width } = order
    const took: [number[], number[]] = [[], []]
    for (let i = 0; i < turns; i++)
      for (const which of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
        took[which].push(await turn(both[which], Math.ceil(n / turns), width))
    return { first: median(took[0]), second: median(took[1]) }
  })
}
