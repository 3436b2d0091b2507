// The body of a process that serves under load.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { obeying } from '../harness/obeying.ts'
import { used } from '../harness/used.ts'
import type { ServingOrder } from './serving-orders.ts'

/** Lets a server listen on a free port of this machine, and tells what this process has used when it is asked. */
export const serving = async (server: Server, stop: () => Promise<void> | void = () => {}): Promise<void> => {
  server.keepAliveTimeout = 60_000
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const usage = used()
  obeying<ServingOrder>({ url: `http://127.0.0.1:${port}` }, async (order) => {
    if (order.as === 'stop') await stop()
    return usage()
  })
}
