import type { Context, Reconciled } from '@xconnector/core'
import { http, json } from '@xconnector/http'
import * as t from 'io-ts'
import type { Delivery, Receipt } from '../cast/delivery.ts'
import { PROCESS_HEADER } from '../process-header.ts'
import { ReceiptCodec } from './codec.ts'

const SeenCodec = t.type({ seen: t.boolean, receipt: ReceiptCodec })

/**
 * Everything that the flows deliver to, all of it at one receiver, as three destinations: what one of them does must not
 * hold up the others. The calls have a long timeout, for a process may be stopped in the middle of one.
 */
// The type of each target says what it may fail with: that is for the compiler to write.
// oxlint-disable-next-line typescript/explicit-module-boundary-types
export const remotesAt = (baseUrl: string, process: string) => {
  const client = (name: string) =>
    http({
      name,
      baseUrl,
      headers: { [PROCESS_HEADER]: process },
      timeout: '60s',
      destination: { concurrency: 12, circuit: { failures: 5, open: '300ms', maxOpen: '2s' } },
    })
  const steady = client('steady')
  const strict = client('strict')
  const flapping = client('flapping')
  const seen = steady.query({
    name: 'seen',
    path: '/seen',
    query: ({ key }: Delivery) => ({ key }),
    response: SeenCodec,
  })
  const reconcile = async (delivery: Delivery, ctx: Context): Promise<Reconciled<Receipt>> => {
    const answer = await seen.call(delivery, ctx)
    if (answer._tag === 'Left') return 'unknown'
    return answer.right.seen ? { found: answer.right.receipt } : 'absent'
  }
  const declared = { method: 'POST', body: json<Delivery>(), response: ReceiptCodec } as const
  return {
    keyed: (name: string) => steady.target({ ...declared, name, path: '/keyed', effect: 'keyed' }),
    idempotent: (name: string) =>
      steady.target({ ...declared, name, path: '/idempotent', effect: 'idempotent' }),
    unsafe: (name: string) => steady.target({ ...declared, name, path: '/unsafe', effect: 'unsafe' }),
    asked: (name: string) =>
      steady.target({ ...declared, name, path: '/asked', effect: 'unsafe', reconcile }),
    strict: (name: string) => strict.target({ ...declared, name, path: '/strict', effect: 'keyed' }),
    flapping: (name: string) => flapping.target({ ...declared, name, path: '/flapping', effect: 'keyed' }),
  }
}

export type Remotes = ReturnType<typeof remotesAt>
