import { byKind, discard, failure, flow } from '@xconnector/core'
import { eventWindows } from '@xconnector/core/patterns'
import { ingress, standardWebhooks } from '@xconnector/http'
import { z } from 'zod'
import { scored, tallyOf, tallyWith } from './score.ts'
import { env, pager, putPriority } from './systems.ts'

/** What one of the systems saw of an entry. */
export const Signal = z.object({
  /** Of its kind: one that comes again is no other signal. */
  id: z.string().min(1),
  kind: z.enum(['traffic', 'conversion', 'support', 'commerce']),
  entry: z.string().min(1),
  at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  count: z.int().min(1),
})

/** A signal of a clock that is wrong: its window would wait for its time to come. */
export class FromTheFuture extends failure('FromTheFuture', 'poison')<{ readonly ahead: number }> {}

const HOUR = 3_600_000

export const hooks = ingress({ basePath: '/hooks' })
const signals = hooks.webhook({
  path: '/signals',
  body: z.object({ signals: z.array(z.unknown()).max(1000) }),
  verify: standardWebhooks({ secret: env.SIGNALS_SECRET }),
})

/** Signals into a priority for each entry and hour: the same one, in whatever order and however often they come. */
export const windowedScore = flow('windowed-score')
  .from(signals)
  .split(
    'signals',
    (webhook) => webhook.signals,
    (signal) =>
      signal
        .map('is of the past', (s, ctx) => {
          const ahead = s.at - ctx.clock.now()
          return ahead > HOUR ? new FromTheFuture({ ahead }) : s
        })
        .through(
          eventWindows('hours', {
            key: (s) => s.entry,
            time: (s) => s.at,
            id: (s) => `${s.kind} ${s.id}`,
            size: '1h',
            grace: '5m',
            retain: '2d',
            tooLate: 'refuse',
            into: { start: (s) => tallyOf(s), add: (tally, s) => tallyWith(tally, s) },
          }),
        )
        // Its hour is final. Counted as discarded at the hop `signals/item/hours`.
        .on('TooLate', discard('two days late'))
        .map('score', scored)
        .to(putPriority)
        // A replay, for one: the system has a later score.
        .on('Conflict', discard('a later score is there')),
    { decode: Signal },
  )
  .otherwise(byKind().alert(pager))
