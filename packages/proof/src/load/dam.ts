// A member: the CMS that keeps the files of assets, and VIP that takes them in. Both are the reference fakes of the packages.
import { vipServer } from '@xconnector/vip/testing'
import { Batches } from './batches.ts'
import { RECEIVERS } from './kinds.ts'
import { obeying } from './member.ts'
import { monotonic } from './monotonic.ts'
import type { DamOrder } from './orders.ts'
import { stackOfTemplates } from './templates.ts'
import { messageOf } from './uid.ts'

const LOOK_MS = 5

const { FOLDER = '' } = process.env
const vip = vipServer({ directory: FOLDER })
const { url } = await vip.listen()
const { stack, templates } = await stackOfTemplates()

const received = new Batches('received')
let seen = 0
// An event carries its time in milliseconds of the wall; both clocks are read in the same moment.
const look = (): void => {
  const ahead = monotonic() - Date.now()
  for (; seen < vip.events.length; seen++) {
    const { type, time, data } = vip.events[seen]!
    const message = messageOf(data.source?.id ?? '')
    if (type === 'vip.asset.published' && message >= 0)
      received.add(message, RECEIVERS.vip, Date.parse(time) + ahead)
  }
}
setInterval(look, LOOK_MS)

obeying<DamOrder>(
  { vip: url, token: vip.token, cms: stack.settings.hosts, apiKey: stack.settings.apiKey },
  async (order) => {
    if (order.as === 'templates') return { templates }
    look()
    received.flush()
    const violations = vip.violations.map((violation) => JSON.stringify(violation))
    await vip.close()
    await stack.close()
    return { violations }
  },
)
