import type { Json } from '@xconnector/core'
import { maskedJson } from '@xconnector/core/operate'
import type { FreshStatus } from '../fresh-status.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** `/status`: how flows, hops and destinations stand, what people did last, this runtime, and what it sees drift. */
export const status = (runtime: Pick<Operated, 'health' | 'drift'>, fresh: FreshStatus): OpsRoute => ({
  method: 'GET',
  path: '/status',
  async handle({ fields }) {
    fields.end()
    const stands = await fresh.get()
    return jsonReply({
      runtime: runtime.health(),
      ...stands,
      drift: maskedJson(runtime.drift() as unknown as Json),
    })
  },
})
