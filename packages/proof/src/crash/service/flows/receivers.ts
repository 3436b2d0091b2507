import { flow } from '@xconnector/core'
import { idempotent } from '@xconnector/core/patterns'
import type { Delivery, Receipt } from '../../cast/delivery.ts'
import type { Mail } from '../../cast/mail.ts'
import { dressed } from '../dress.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

/** Idempotent receivers: of the messages of one order one has the effect. Around a keyed target, and around an unsafe one. */
export const receivers = (hook: Hook, to: Remotes) => {
  const after = (kind: 'once' | 'sole') =>
    to
      .keyed('after')
      .with(({ body, reply }: { readonly body: Mail; readonly reply: Receipt }, ctx): Delivery => ({
        ...dressed('after')(body, ctx),
        kind,
        holds: reply.receipt,
      }))
  const rule = { key: (mail: Mail) => mail.of, window: '1h' } as const
  // What goes on is the order's, not the message's: repeats of it must send the same.
  const charge = (mail: Mail, ctx: { readonly key: string }): Delivery => ({
    key: ctx.key,
    kind: mail.kind,
    part: 'charge',
    m: '',
    of: mail.of,
    refuse: false,
  })
  return [
    flow('once')
      .from(hook('once'))
      .through(idempotent('charge', rule, to.keyed('charge').with(charge)))
      .to(after('once'))
      .otherwise(soonAgain),
    flow('sole')
      .from(hook('sole'))
      .through(idempotent('charge', rule, to.unsafe('charge').with(charge)))
      .to(after('sole'))
      .otherwise(soonAgain),
  ]
}
