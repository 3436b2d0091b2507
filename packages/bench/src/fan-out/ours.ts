import { setTimeout as sleep } from 'node:timers/promises'
import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  right,
  type Intake,
  type Journal,
  type Json,
  type Runtime,
  type Source,
} from '@xconnector/core'
import { http, json, type HttpOptions } from '@xconnector/http'
import * as t from 'io-ts'
import { inFlight } from '../journal/in-flight.ts'
import { messages } from '../journal/message.ts'
import type { SenderTo } from './sender.ts'

const WIDTH = 64

/** How it sends, and where it keeps what is not sent yet. */
export interface OursOptions extends Pick<HttpOptions, 'transport'> {
  readonly journal?: Journal
}

/** A flow with a fan-out to three targets of one client, which lets 64 calls in at once. */
export const ours =
  ({ journal = memoryJournal(), ...how }: OursOptions = {}): SenderTo =>
  async (base) => {
    const api = http({ name: 'api', baseUrl: base, destination: { concurrency: WIDTH }, ...how })
    const to = <const N extends string>(name: N) =>
      api.target({
        name,
        method: 'POST',
        path: `/${name}`,
        body: json<Json>(),
        response: t.type({ ok: t.boolean }),
        effect: 'keyed',
      })
    let intake: Intake | undefined
    const hook: Source<Json> = {
      name: 'hook',
      single: false,
      decode: (raw) => right(raw),
      start(given) {
        intake = given
        return { stop() {} }
      },
    }
    const runtime = createRuntime({
      flows: [
        flow('messages')
          .from(hook)
          .fanOut({ site: to('site'), search: to('search'), archive: to('archive') })
          .otherwise(byKind()),
      ],
      journal,
      concurrency: { total: 3 * WIDTH, perHop: WIDTH },
      maxPending: 1_000_000,
    })
    await runtime.start()
    return {
      async send(n, width) {
        await inFlight(n, width, (i) =>
          intake!.accept([
            { raw: messages[i % messages.length]!, type: 'message', undecodable: 'dead-letter' },
          ]),
        )
        while (!runtime.idle || (await waiting(runtime)) > 0) await sleep(5)
      },
      stop: () => runtime.stop(),
    }
  }

const waiting = async (runtime: Runtime): Promise<number> =>
  (await runtime.counts()).reduce((sum, { what, n }) => sum + (what === 'waiting' ? n : 0), 0)
