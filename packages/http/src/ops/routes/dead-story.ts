import type { Json } from '@xconnector/core'
import { maskedJson } from '@xconnector/core/operate'
import { problem } from '../../ingress/problem.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** How long the reads of a preview may take. */
const PATIENCE = '5s'

/** `/dead/<id>`: the whole story of one, its slashes as they are or percent-encoded. `again` is what a replay would send. */
export const deadStory = (runtime: Pick<Operated, 'deadLetters'>): OpsRoute => ({
  method: 'GET',
  path: '/dead/**:id',
  async handle({ params, fields }) {
    fields.end()
    const story = await runtime.deadLetters.show(params['id'] ?? '', { within: PATIENCE })
    if (story === undefined) return problem(404, { detail: 'there is no dead letter of that id' })
    return jsonReply(maskedJson(story as unknown as Json))
  },
})
