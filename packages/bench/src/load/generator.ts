// A member that makes load: requests that are made before the clock starts, over plain sockets, so that it takes little of the
// machine.
import { quantile } from '../harness/median.ts'
import { obeying } from '../harness/obeying.ts'
import { inFlight, seconds } from '../journal/in-flight.ts'
import { Lane } from './lane.ts'
import type { LoadOrder, LoadSeen } from './orders.ts'
import { webhookRequests } from './webhook-requests.ts'

let port = 0
let requests: readonly Buffer[] = []
let next = 0
let lanes: Lane[] = []

const run = async (n: number, width: number, expect: number): Promise<LoadSeen> => {
  while (lanes.length < width) lanes.push(await Lane.open(port))
  const free = [...lanes]
  const took: number[] = []
  const all = await seconds(() =>
    inFlight(n, width, async () => {
      const lane = free.pop()!
      const before = performance.now()
      const status = await lane.send(requests[next++ % requests.length]!)
      took.push(performance.now() - before)
      if (status !== expect) throw new Error(`the server answered ${status}, not ${expect}`)
      free.push(lane)
    }),
  )
  return { seconds: all, p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
}

const aim = (url: string, made: readonly Buffer[]): void => {
  for (const lane of lanes) lane.close()
  lanes = []
  port = Number(new URL(url).port)
  requests = made
  next = 0
}

const get = (url: string): Buffer => {
  const { pathname, host } = new URL(url)
  return Buffer.from(
    `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\nuser-agent: bench\r\n\r\n`,
  )
}

obeying<LoadOrder>({}, (order) => {
  if (order.as === 'prepare-get') aim(order.url, [get(order.url)])
  if (order.as === 'prepare-webhooks') aim(order.url, webhookRequests(order))
  return order.as === 'run' ? run(order.n, order.width, order.expect) : {}
})
