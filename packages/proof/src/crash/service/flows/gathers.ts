import { flow, type Settle } from '@xconnector/core'
import type { Delivery } from '../../cast/delivery.ts'
import { dressed } from '../dress.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

/** Scatter-gather by each policy: three branches, of which the receiver refuses one now and then, and what was joined. */
export const gathers = (hook: Hook, to: Remotes) => [
  gathering('all', 'all', hook, to),
  gathering('quorum', { quorum: 2 }, hook, to),
  gathering('best', 'bestEffort', hook, to),
]

const gathering = <const S extends Settle>(
  kind: 'all' | 'quorum' | 'best',
  settle: S,
  hook: Hook,
  to: Remotes,
) =>
  flow(kind)
    .from(hook(kind))
    .gather(
      {
        a: to.keyed('a').with(dressed('a')),
        b: to.idempotent('b').with(dressed('b')),
        c: to.flapping('c').with(dressed('c')),
      },
      { settle },
    )
    .to(
      to.keyed('joined').with((replies: object, ctx): Delivery => {
        return { key: ctx.key, kind, part: 'joined', m: '', of: '', refuse: false, holds: replies }
      }),
    )
    .otherwise(soonAgain)
