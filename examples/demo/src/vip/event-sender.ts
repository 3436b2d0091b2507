import { setTimeout as wait } from 'node:timers/promises'
import type { Delivery, VipEvent, VipServer } from '@xconnector/vip/testing'
import type { DurableLines } from '@xconnector/example-kit/durable-lines'
import type { EventLine } from '../shared/evidence.ts'

const NOT_STARTED_MS = 20

/** Delivers VIP's events to the service, wherever that is, until each is acknowledged; then it writes that down. */
export class EventSender {
  readonly #log: DurableLines<EventLine>
  /** Where the service is; undefined while it is nowhere. */
  url: string | undefined

  constructor(log: DurableLines<EventLine>) {
    this.#log = log
  }

  /** Signed for a place that has no address yet: what is signed does not name it. */
  start(server: VipServer): Delivery {
    return server.deliverTo('http://service.invalid/', {
      retries: [50, 100, 200, 400],
      send: (request) => this.#send(request),
    })
  }

  async #send(request: Request): Promise<Response> {
    const { url } = this
    if (url === undefined) {
      await wait(NOT_STARTED_MS)
      return new Response(null, { status: 503 })
    }
    const body = await request.text()
    const { headers, signal } = request
    const answer = await fetch(url, { method: 'POST', headers, body, signal })
    if (answer.ok) await this.#log.append(lineOf(JSON.parse(body) as VipEvent))
    return answer
  }
}

const lineOf = ({ id, type, subject, sequence }: VipEvent): EventLine => ({
  at: Date.now(),
  id,
  type,
  subject,
  sequence: Number(sequence),
})
