import { flow } from '@xconnector/core'
import type { Delivery } from '../../cast/delivery.ts'
import type { Mail } from '../../cast/mail.ts'
import type { Hook } from '../hook.ts'
import type { Remotes } from '../remotes.ts'
import { soonAgain } from '../routes.ts'

interface Line {
  readonly m: string
  readonly line: number
  readonly refuse: boolean
}

/** Durable split with a join: the items of a message are delivered each by itself, and one report holds every reply. */
export const lines = (hook: Hook, to: Remotes) =>
  flow('lines')
    .from(hook('lines'))
    .durable('kept')
    .gatherEach(
      'lines',
      (mail) => linesOf(mail),
      to.keyed('item').with((line: Line, ctx): Delivery => ({
        key: ctx.key,
        kind: 'lines',
        part: `item ${line.line}`,
        m: line.m,
        of: '',
        refuse: line.refuse,
      })),
      { settle: 'all' },
    )
    .to(
      to.keyed('joined').with((replies, ctx): Delivery => {
        return { key: ctx.key, kind: 'lines', part: 'joined', m: '', of: '', refuse: false, holds: replies }
      }),
    )
    .otherwise(soonAgain)

const linesOf = ({ m, items = 0, refuse }: Mail): readonly Line[] =>
  Array.from({ length: items }, (_, line) => ({ m, line, refuse: refuse.includes(`item ${line}`) }))
