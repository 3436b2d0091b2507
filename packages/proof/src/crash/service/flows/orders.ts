import { flow } from '@xconnector/core'
import { throttle } from '@xconnector/core/patterns'
import type { Mail } from '../../cast/mail.ts'
import { dressed } from '../dress.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

/** Order by key, through a throttle and two hops; and the newest version of a thing only. */
export const orders = (hook: Hook, to: Remotes) => [
  flow('keys')
    .from(hook('keys'), { key: (mail) => mail.of })
    .via(throttle('each line', { limit: 20, per: '1s', key: (mail: Mail) => mail.of }))
    .to(to.keyed('first').with(dressed('first')))
    .to(to.idempotent('second').with(dressed('second')))
    .otherwise(soonAgain),
  flow('latest')
    .from(hook('latest'), { latest: { key: (mail) => mail.of, version: (mail) => mail.version ?? 0 } })
    .to(to.keyed('show').with(dressed('show')))
    .otherwise(soonAgain),
]
