import { flow } from '@xconnector/core'
import { dressed } from '../dress.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'
import type { Hook } from '../hook.ts'

/** Fan-out: every kind of effect, a remote that refuses some for good, and one that is down now and then. */
export const fan = (hook: Hook, to: Remotes) =>
  flow('fan')
    .from(hook('fan'))
    .fanOut({
      keyed: to.keyed('keyed').with(dressed('keyed')),
      idempotent: to.idempotent('idempotent').with(dressed('idempotent')),
      unsafe: to.unsafe('unsafe').with(dressed('unsafe')),
      asked: to.asked('asked').with(dressed('asked')),
      strict: to.strict('strict').with(dressed('strict')),
      flapping: to.flapping('flapping').with(dressed('flapping')),
    })
    .otherwise(soonAgain)
