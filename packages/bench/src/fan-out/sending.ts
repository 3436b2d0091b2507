// The body of a sender's process.
import { obeying } from '../harness/obeying.ts'
import { used } from '../harness/used.ts'
import { seconds } from '../journal/in-flight.ts'
import type { SendOrder } from './orders.ts'
import type { SenderTo } from './sender.ts'

/** Does as its parent asks. */
export const sending = async (senderTo: SenderTo): Promise<void> => {
  const sender = await senderTo(process.env['ANSWERER'] ?? '')
  const usage = used()
  obeying<SendOrder>({}, async (order) => {
    if (order.as === 'stop') {
      await sender.stop?.()
      return {}
    }
    usage()
    const took = await seconds(() => sender.send(order.n, order.width))
    return { seconds: took, ...usage() }
  })
}
