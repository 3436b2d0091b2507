import { problem } from '../../ingress/problem.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** `/runs/:flow`: how far the current or last batch run of a flow is. */
export const runs = (runtime: Pick<Operated, 'progress'>): OpsRoute => ({
  method: 'GET',
  path: '/runs/:flow',
  async handle({ params, fields }) {
    fields.end()
    const progress = await runtime.progress(params['flow'] ?? '')
    return progress === undefined
      ? problem(404, { detail: 'no flow of that name has had a batch run' })
      : jsonReply(progress)
  },
})
