import {
  byKind,
  deadLetter,
  discard,
  divert,
  flow,
  retry,
  when,
  type DeadLetterQuery,
  type Deployable,
  type Failed,
} from '@xconnector/core'
import { schedule } from '@xconnector/core/patterns'
import { ingress, standardWebhooks } from '@xconnector/http'
import { z } from 'zod'
import { bookOrder, chat, env, openIncidents, openTicket, pager, resolveIncident } from './systems.ts'

const Order = z.object({
  id: z.string(),
  customer: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.number() })),
})

export const hooks = ingress({ basePath: '/hooks' })
const placed = hooks.webhook({
  path: '/orders',
  body: Order,
  verify: standardWebhooks({ secret: env.SHOP_HOOK_SECRET }),
})

/** What sales have to decide: a ticket with the order, and what the ERP said of it. */
export const clarify = flow('clarify-order')
  .input<Failed>()
  .to(
    openTicket.with(({ body, error, flow, hop }) => ({
      team: 'sales',
      subject: `${error._tag}: ${error.message}`,
      text: JSON.stringify({ from: `${flow}/${hop}`, order: body }, undefined, 2),
    })),
  )
  .otherwise(byKind().alert(chat))

// What may be done about a failure, in the words of the business.
const again = retry({ max: '5m' }) // it will pass
const look = deadLetter().alert(chat) // somebody looks at it when there is time
const wake = deadLetter().alert(pager) // somebody has to do something now

/** Orders of the shop are booked in the ERP, within two hours or with somebody awake. Each failure has its rule. */
export const bookOrders = flow('book-orders')
  .from(placed, { deadline: '2h' })
  .to(bookOrder)
  .onError({
    Unavailable: again,
    RateLimited: again,
    ConnectionLost: again,
    TimedOut: again,
    ConnectFailed: when((e) => e.kind === 'permanent', wake, again), // permanent: a certificate, say
    DeadlineExceeded: wake,
    Unauthorized: wake,
    Forbidden: wake,
    CustomerUnknown: divert(clarify),
    Conflict: when((e) => e.kind === 'permanent', discard('booked before'), again),
    Rejected: look,
    NotFound: look,
    PreconditionFailed: look,
    BadResponse: look,
    StepFailed: look,
    DecodeFailed: look,
  })

/** Each minute: an incident of which no dead letter is left, for it was replayed or ended by hand, is over. */
export const closeIncidents = (list: (which: DeadLetterQuery) => Promise<readonly unknown[]>): Deployable =>
  flow('close-incidents')
    .from(schedule({ name: 'incidents', every: '1m' }))
    .via(openIncidents)
    .split(
      'incidents',
      (open) => open,
      (incident) =>
        incident
          .filter('nothing is left', async ({ flow, hop, tag }) => {
            const left = await list({ flow, hop, tag, limit: 1 })
            return left.length === 0
          })
          .to(resolveIncident),
    )
    .otherwise(discard('asked again in a minute').alert(chat))
