import type { FreshStatus } from '../fresh-status.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** `/status`: how flows, hops and destinations stand, and this runtime. */
export const status = (runtime: Pick<Operated, 'health'>, fresh: FreshStatus): OpsRoute => ({
  method: 'GET',
  path: '/status',
  async handle({ fields }) {
    fields.end()
    return jsonReply({ runtime: runtime.health(), ...(await fresh.get()) })
  },
})
