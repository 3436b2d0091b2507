import { flow } from '@xconnector/core'
import { aggregate } from '@xconnector/core/patterns'
import type { Delivery } from '../../cast/delivery.ts'
import type { Mail } from '../../cast/mail.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

/** Groups of five, and groups of a second: each member in one of them, once. */
export const groups = (hook: Hook, to: Remotes) => {
  const deliver = (kind: 'count' | 'window') =>
    to
      .keyed('group')
      .with((joined: { readonly key: string; readonly value: readonly Mail[] }, ctx): Delivery => {
        const holds = joined.value.map(({ m }) => m)
        return { key: ctx.key, kind, part: 'group', m: holds[0] ?? '', of: joined.key, refuse: false, holds }
      })
  return [
    flow('count')
      .from(hook('count'))
      .through(aggregate('five', { key: (mail: Mail) => mail.of, size: 5, within: '6s' }))
      .to(deliver('count'))
      .otherwise(soonAgain),
    flow('window')
      .from(hook('window'))
      .through(aggregate('second', { key: (mail: Mail) => mail.of, within: '1s' }))
      .to(deliver('window'))
      .otherwise(soonAgain),
  ]
}
